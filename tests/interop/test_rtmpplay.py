# SPDX-License-Identifier: LGPL-2.1-or-later
"""RTMP as most people write it: played by an address alone, by the elements
that GStreamer has, and published by those; what is said of a stream beside
its frames; and all that rtmpmux writes, on the wire."""

import os

from harness import ffmpeg, place
from harness.child import called
from harness.flv import kind
from harness.launch import Launch
from harness.matrix import shows
from harness.rtmp import CLIP_NAMES, TRACKS, TRACKS_NAMES, TracksCase, metadata, messages
from harness.rtmpserver import DATA, Amf

ENHANCED = ("h265", "opus")
# What is written of a codec in the metadata: its number, or its FourCC as one.
AVC, AAC = 7, 10
HVC1, OPUS = (int.from_bytes(name, "big") for name in (b"hvc1", b"Opus"))


class RtmpPlay(TracksCase):
    seconds = 20
    codecs = (*TRACKS, "vp8")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.enhanced = cls.shared("enhanced.flv")
        cls.ffmpeg8.remux(cls.enhanced, *map(cls.source, ENHANCED))

    def served(self, path):
        """A server that has got this file from us, and where."""
        server = self.server()
        self.ended(self.publish_file(server.url(self.name), path=path))
        server.stream(self.name).wait_over()
        return server.url(self.name)

    # -- By an address alone. --

    def coded(self, path, caps):
        """What uridecodebin finds there; with the caps of what is looked for,
        so that nothing is decoded."""
        player = self.pipeline(
            f'uridecodebin uri={self.served(path)} caps="{caps}" name=d '
            "d. ! queue ! video/x-h264;video/x-h265 ! fakesink sync=false async=false name=video "
            "d. ! queue ! audio/mpeg;audio/x-opus ! fakesink sync=false async=false name=audio"
        )
        self.ended(player)
        return player

    def assert_played_by_playbin(self, path, frames):
        sinks = " ".join(
            f'{which}-sink="fakesink name={which} sync=false"' for which in ("video", "audio")
        )
        launch = Launch("playbin", f"playbin uri={self.served(path)} {sinks}", self.logs)
        self.addCleanup(launch.kill)
        launch.wait_eos()
        self.assertEqual(frames, launch.get("video", "stats")["rendered"])
        self.assertLess(0, launch.get("audio", "stats")["rendered"])
        launch.quit()

    def test_classic_is_played_by_its_address(self):
        player = self.coded(self.clip, "video/x-h264;audio/mpeg")
        self.assert_played(player)
        self.assert_played_by_playbin(self.clip, len(self.wanted["video"]))

    def test_enhanced_is_played_by_its_address(self):
        wanted = [packets for _, packets in self.ffmpeg8.list(self.enhanced)]
        player = self.coded(self.enhanced, "video/x-h265;audio/x-opus")
        self.assert_played(player, wanted=dict(zip(("video", "audio"), wanted)))
        self.assert_played_by_playbin(self.enhanced, len(wanted[0]))

    # -- With what GStreamer has. --

    @shows("FFmpeg 5.1 to nginx", "rtmpsrc to flvdemux", *CLIP_NAMES)
    def test_flvdemux_instead_of_rtmpdemux(self):
        player = self.play_by_element("rtmpsrc", self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_by_ffmpeg(self.nginx.url(self.name)))
        self.assert_played(player)
        self.ended(player)

    @shows("flvmux as for a file to rtmpsink", "scripted server", *CLIP_NAMES)
    def test_flvmux_as_it_is(self):
        server = self.server()
        made, kept = self.path("made.flv"), self.path("kept.flv")
        self.ended(self.publish_by_flvmux(server.url(self.name), made, "streamable=false"))
        server.stream(self.name).wait_over()
        server.stream(self.name).write_flv(kept)
        self.assertEqual(messages(made), messages(kept))

    def publish_by_flvmux(self, url, made, options, **env):
        """With no element of ours but rtmpsink, or none; keeps what it sent."""
        line = (
            f"filesrc location={self.clip} ! flvdemux name=d flvmux name=m {options} ! "
            f"tee name=t ! queue ! filesink location={made} "
            f't. ! queue ! rtmpsink location="{url}" '
            "d.video ! queue ! m.video d.audio ! queue ! m.audio"
        )
        program = place.built("tests", "support", "frameprint")
        return self.start(program, line, GST_DEBUG="2", **env)

    @shows("rtmpsink of librtmp to nginx", "rtmpsrc", *CLIP_NAMES)
    def test_rtmpsink_of_librtmp(self):
        debian = {
            "GST_PLUGIN_PATH_1_0": "",
            "GST_REGISTRY_1_0": os.path.join(place.build(), "interop-registry-debian.bin"),
        }
        inspect = [place.program("gst-inspect-1.0"), "rtmpsink"]
        self.assertIn("gst-plugins-bad", ffmpeg.run(inspect, env=place.gst_env(self.logs, **debian)))
        made = self.path("made.flv")
        player = self.play_by_element(
            "rtmpsrc", self.nginx.url(self.name), "rtmpdemux", ("video_0", "audio_0")
        )
        self.nginx.wait_player(self.name, player)
        publisher = self.publish_by_flvmux(
            f"{self.nginx.url(self.name)} live=1", made, "streamable=true", **debian
        )
        self.ended(publisher)
        wanted = {s["codec_type"]: packets for s, packets in ffmpeg.list5(made)}
        self.assert_played(player, ("video_0", "audio_0"), wanted)

    # -- What is said of a stream. --

    def assert_described(self, said, video=AVC, audio=AAC):
        found = {key: said.get(key) for key in ("width", "height", "videocodecid", "audiocodecid")}
        wanted = {"width": 128, "height": 96, "videocodecid": video, "audiocodecid": audio}
        self.assertEqual(wanted, found, said)

    @shows("rtmpsink", "nginx to rtmpdump", "metadata")
    def test_metadata_at_a_player_of_nginx(self):
        player = self.dump(self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_by_element("rtmpsink", self.nginx.url(self.name)))
        player.wait_exit(30)
        self.assert_described(metadata(self.path("dumped.flv")))

    @shows("rtmpmux to rtmpsink", "scripted server", "metadata")
    def test_metadata_at_a_server(self):
        server = self.server()
        line = f"rtmpmux name=m ! rtmpsink location={server.url(self.name)} "
        self.ended(self.pipeline(line + " ".join(map(self.branch, ENHANCED))))
        server.stream(self.name).wait_over()
        said = [Amf(b).all() for k, _, b in server.stream(self.name).messages if k == DATA]
        self.assertEqual("onMetaData", said[0][0])
        self.assert_described(said[0][1], HVC1, OPUS)

    @shows("FFmpeg 5.1 to nginx", "rtmpsrc", "metadata")
    def test_metadata_of_others(self):
        kept = self.path("kept.flv")
        player = self.pipeline(
            f"rtmpsrc location={self.nginx.url(self.name)} ! filesink location={kept}"
        )
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_by_ffmpeg(self.nginx.url(self.name)))
        self.ended(player)
        self.assert_described(metadata(kept))

    # -- All that rtmpmux writes. --

    def publish_by_mux(self, url):
        """All codecs, a track each."""
        counts = {"video": 0, "audio": 0}
        line = f"rtmpmux name=m ! rtmpsink location={url} "
        for codec in self.codecs:
            line += self.branch(codec, "m", counts[kind(codec)]) + " "
            counts[kind(codec)] += 1
        return self.pipeline(line)

    def assert_all_codecs(self, found):
        """@found: lists of frames. In whichever order the tracks are."""
        for codec in self.codecs:
            (_, wanted), *_ = self.ffmpeg8.list(self.source(codec))
            digests = [packet["md5"] for packet in wanted]
            # A header before VP8 is taken for a frame.
            same = [f for f in found if [p["md5"] for p in f][-len(digests) :] == digests]
            self.assertEqual(1, len(same), codec)
            self.assert_same(wanted, same[0][-len(wanted) :])

    @shows("rtmpmux to rtmpsink", "FFmpeg 8.1", *TRACKS_NAMES, "VP8")
    def test_every_codec_of_ours_at_ffmpeg8(self):
        start, url = self.listen_by_ffmpeg8(self.ffmpeg8)
        self.ended(self.publish_by_mux(url))
        self.assert_all_codecs([packets for _, packets in self.ffmpeg8.listed(start)])

    @shows("rtmpmux to rtmpsink, scripted server", "rtmpsrc", *TRACKS_NAMES, "VP8")
    def test_every_codec_of_ours_and_back(self):
        server = self.server()
        self.ended(self.publish_by_mux(server.url(self.name)))
        server.stream(self.name).wait_over()
        pads = [f"video_{i}" for i in range(5)] + [f"audio_{i}" for i in range(6)]
        player = self.play_by_element("rtmpsrc", server.url(self.name), "rtmpdemux", pads)
        self.ended(player)
        self.assert_all_codecs([player.find(called("frame", sink=pad)) for pad in pads])
