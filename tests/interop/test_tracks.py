# SPDX-License-Identifier: LGPL-2.1-or-later
"""Many tracks: names, sources, coming and going."""

from harness.case import NO_TOKEN, InteropCase, live_audio, live_video
from harness.child import called
from harness.launch import message


class Tracks(InteropCase):
    def _two_and_two(self, subscriber, **more):
        return self.publish(
            live_video("red", "h264", "video_0", name="v0"),
            live_video("green", "h264", "video_1", name="v1"),
            live_audio(440, pad="audio_0", name="a0"),
            live_audio(880, pad="audio_1", name="a1"),
            options="video_0::track-name=stage video_1::track-name=crowd"
            " audio_0::track-name=voice audio_1::track-name=hall",
            **more,
        )

    def test_two_videos_and_two_audios_arrive_under_their_names(self):
        subscriber = self.subscriber("--grid", "1x2", "--tones", "440,880")
        launch = self._two_and_two(subscriber)
        for name, colour in (("stage", "red"), ("crowd", "green")):
            frame = subscriber.wait_frames(10, name=name)
            self.assertColour(frame["grid"][1][0], colour)
        subscriber.wait_tone(440, name="voice")
        subscriber.wait_tone(880, name="hall")
        # No track may ever show what belongs to the other.
        for event in subscriber.find(lambda e: e["event"] == "video"):
            wanted = {"stage": "red", "crowd": "green"}[event["name"]]
            self.assertColour(event["grid"][1][0], wanted)
        launch.quit()

    def test_sids_of_messages_and_pads_are_the_room_s(self):
        subscriber = self.subscriber()
        launch = self._two_and_two(subscriber)
        for pad, name in (("video_0", "stage"), ("audio_1", "hall")):
            sid = subscriber.wait_track(name=name)["sid"]
            self.assertEqual(
                sid, launch.wait_element("room-track-published", pad=pad)["track-sid"]
            )
            self.assertEqual(sid, launch.get(f"r.{pad}", "track-sid"))
        launch.quit()

    def test_pads_without_names_are_made_for_what_is_linked(self):
        subscriber = self.subscriber()
        launch = self.publish(live_audio(), live_video())
        self.assertEqual("camera", subscriber.wait_track(kind="video")["source"])
        self.assertEqual("microphone", subscriber.wait_track(kind="audio")["source"])
        launch.quit()

    def test_source_of_a_pad_is_told(self):
        subscriber = self.subscriber()
        launch = self.publish(
            live_video(pad="video_0"),
            live_audio(pad="audio_0"),
            options="video_0::source=screen-share audio_0::source=screen-share-audio",
        )
        self.assertEqual("screenshare", subscriber.wait_track(name="video_0")["source"])
        self.assertEqual("screenshare_audio", subscriber.wait_track(name="audio_0")["source"])
        launch.quit()

    def test_end_of_one_track_unpublishes_it_and_the_others_go_on(self):
        subscriber = self.subscriber("--tones", "440,880")
        launch = self._two_and_two(subscriber)
        for name in ("stage", "crowd"):
            subscriber.wait_frames(5, name=name)
        launch.end_of_stream("v0")
        subscriber.wait_track(5, "track-unpublished", name="stage")
        gone = launch.wait_element("room-track-unpublished", pad="video_0")
        self.assertEqual("eos", gone["reason"])
        start = subscriber.mark()
        subscriber.wait_frames(30, start=start, name="crowd")
        subscriber.wait_tone(440, start=start, name="voice")
        subscriber.wait_tone(880, start=start, name="hall")
        self.assertEqual([], launch.find(message("eos")))
        self.assertEqual([], launch.errors_posted())
        launch.quit()

    def test_released_pad_unpublishes_its_track(self):
        subscriber = self.subscriber()
        launch = self._two_and_two(subscriber)
        subscriber.wait_frames(5, name="stage")
        # Upstream must not see a flow error: it is stopped first.
        launch.end_of_stream("v1")
        subscriber.wait_track(5, "track-unpublished", name="crowd")
        launch.release("r.video_1")
        start = subscriber.mark()
        subscriber.wait_frames(15, start=start, name="stage")
        launch.quit()

    def test_branch_added_while_playing_is_published(self):
        subscriber = self.subscriber("--grid", "1x2")
        launch = self.publish(live_video("red", pad="video_0"))
        subscriber.wait_frames(5, name="video_0")
        launch.add(live_video("green").rsplit(" ! r.", 1)[0])
        frame = subscriber.wait_frames(5, name="video_1")
        self.assertColour(frame["grid"][1][0], "green")
        start = subscriber.mark()
        frame = subscriber.wait_frames(10, start=start, name="video_0")
        self.assertColour(frame["grid"][1][0], "red")
        launch.quit()

    def test_track_after_track_reuses_the_connection(self):
        subscriber = self.subscriber("--grid", "1x2")
        launch = self.publish(live_audio(pad="audio_0"))
        subscriber.wait_track(kind="audio")
        for index, colour in enumerate(("red", "green", "blue")):
            name = f"s{index}"
            start = subscriber.mark()
            launch.add(live_video(colour, name=name).rsplit(" ! r.", 1)[0])
            track = subscriber.wait_track(kind="video", start=start)["name"]
            frame = subscriber.wait_frames(5, start=start, name=track)
            self.assertColour(frame["grid"][1][0], colour)
            launch.end_of_stream(name)
            subscriber.wait_track(5, "track-unpublished", start, kind="video")
        self.assertEqual([], launch.errors_posted())
        launch.quit()

    def test_end_of_all_tracks_leaves_and_then_posts_eos(self):
        subscriber = self.subscriber()
        launch = self._two_and_two(subscriber)
        subscriber.wait_frames(5, name="crowd")
        for name in ("v0", "v1", "a0", "a1"):
            launch.end_of_stream(name)
        launch.wait_eos(10)
        left = subscriber.wait(lambda e: e["event"] == "participant-left", 5)
        self.assertEqual("CLIENT_INITIATED", left["reason"])
        order = launch.find(
            lambda e: e.get("name") == "room-disconnected" or e.get("type") == "eos"
        )
        self.assertEqual("room-disconnected", order[0].get("name"), order)
        self.assertEqual("left", order[0]["fields"]["reason"])
        self.assertEqual(2, len(order), "one EOS, one farewell")
        launch.quit()

    def test_metadata_and_attributes_reach_the_other_participants(self):
        subscriber = self.subscriber()
        launch = self.publish(
            live_audio(),
            options=f"api-key={self.server.key} api-secret={self.server.secret}"
            f" room={self.room} identity=minted metadata=about"
            ' attributes="all,seat=(string)7,role=(string)\\"first camera\\""',
            token=NO_TOKEN,
        )
        launch.wait_element("room-track-published")
        joined = subscriber.wait(called("participant-joined", identity="minted"), 10)
        self.assertEqual("about", joined["metadata"])
        self.assertEqual({"seat": "7", "role": "first camera"}, joined["attributes"])
        launch.quit()

    def test_metadata_and_name_of_a_minted_token_are_seen(self):
        launch = self.publish(
            live_audio(),
            options=f"api-key={self.server.key} api-secret={self.server.secret}"
            f' room={self.room} identity=minted participant-name="Min Ted" metadata=about',
            token=NO_TOKEN,
        )
        launch.wait_element("room-track-published")
        info = self.admin.wait_participant(self.room, "minted", lambda i: i.get("tracks"))
        self.assertEqual("Min Ted", info["name"])
        self.assertEqual("about", info["metadata"])
        launch.quit()
