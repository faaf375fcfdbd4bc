# SPDX-License-Identifier: LGPL-2.1-or-later
"""rtmpsrc with servers and publishers that are not ours."""

from harness import place
from harness.ffmpeg import Ffmpeg8
from harness.flv import kind
from harness.launch import Launch
from harness.matrix import shows
from harness.rtmp import CLIP_NAMES, TRACKS_NAMES, TracksCase
from harness.nginx import Nginx, listens, wait_until


class RtmpSrc(TracksCase):
    seconds = 20
    ours = ("video_0", "audio_0")

    def serve_by_ffmpeg(self):
        """One that waits for a player; and where."""
        port = place.free_port()
        url = f"rtmp://127.0.0.1:{port}/live/{self.name}"
        child = self.start(
            *(place.program("ffmpeg"), "-v", "error", "-nostdin", "-re", "-i", self.clip),
            *("-map", "0", "-c", "copy", "-f", "flv", "-listen", "1", url),
        )
        wait_until(lambda: listens(port) or child.returncode is not None, "server")
        return child, url

    def pads(self):
        """The pads of rtmpdemux, in the order of the streams."""
        counts = {"video": 0, "audio": 0}
        for codec in self.codecs:
            yield f"{kind(codec)}_{counts[kind(codec)]}"
            counts[kind(codec)] += 1

    def play(self, url, options="", pads=ours):
        return self.play_by_element("rtmpsrc", url, "rtmpdemux", pads, options)

    @shows("FFmpeg 5.1 to nginx", "rtmpsrc", *CLIP_NAMES)
    def test_ffmpeg_to_nginx(self):
        player = self.play(self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_by_ffmpeg(self.nginx.url(self.name)))
        self.assert_played(player, self.ours)
        self.ended(player)

    def test_digest_that_nginx_verifies(self):
        nginx = Nginx(self.logs, level="debug")
        self.addCleanup(nginx.stop)
        player = self.play(nginx.url(self.name))
        nginx.wait_digest(player)
        nginx.wait_player(self.name, player)

    @shows("rtmp2sink to nginx", "rtmpsrc", *CLIP_NAMES)
    def test_rtmp2sink_to_nginx(self):
        player = self.play(self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_by_element("rtmp2sink", self.nginx.url(self.name)))
        self.assert_played(player, self.ours)

    @shows("rtmpsink to nginx", "rtmpsrc", *CLIP_NAMES)
    def test_rtmpsink_to_nginx(self):
        player = self.play(self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_file(self.nginx.url(self.name)))
        self.assert_played(player, self.ours)

    @shows("FFmpeg 5.1", "rtmpsrc", *CLIP_NAMES)
    def test_ffmpeg_serves(self):
        server, url = self.serve_by_ffmpeg()
        # It says no word at the end.
        player = self.play(url, "no-eof-is-error=false")
        self.assert_played(player, self.ours)
        self.ended(player)
        self.ended(server)

    @shows("libre", "rtmpsrc", *CLIP_NAMES)
    def test_libre_serves(self):
        _, url = self.serve_by_libre()
        player = self.play(url)
        self.assert_played(player, self.ours)
        self.ended(player)

    @shows("libre to nginx", "rtmpsrc", *CLIP_NAMES)
    def test_libre_to_nginx(self):
        player = self.play(self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(self.libre("publish", self.nginx.url(self.name), self.clip))
        self.assert_played(player, self.ours)

    @shows("FFmpeg 8.1 to scripted server", "rtmpsrc", *TRACKS_NAMES)
    def test_ffmpeg8_through_scripted_server(self):
        server = self.server()
        # It holds its connection as long as its process lives.
        publisher = Ffmpeg8(self.logs)
        self.addCleanup(publisher.kill)
        publisher.remux(server.url(self.name), self.tracks)
        publisher.close_input()
        self.ended(publisher)
        pads = list(self.pads())
        player = self.play(server.url(self.name), pads=pads)
        self.ended(player)
        # FFmpeg shows a digest, and takes ours for granted.
        self.assertEqual(["echo", "digest"], server.handshakes)
        for pad, (_, packets) in zip(pads, self.streams):
            self.assert_played(player, [pad], {pad.split("_")[0]: packets})

    @shows("scripted server", "rtmpsrc", "password in Adobe's way")
    def test_password(self):
        server = self.server(password=("user", "secret"))
        login = "username=user password=secret"
        self.ended(self.publish_file(server.url(self.name), login))
        player = self.play(server.url(self.name), login)
        self.assert_played(player, self.ours)
        self.ended(player)

    @shows("scripted server", "rtmpsrc", "password in Limelight's way")
    def test_password_of_limelight(self):
        server = self.server(password=("user", "secret"), authmod="llnw")
        login = "username=user password=secret"
        self.ended(self.publish_file(server.url(self.name), login))
        player = self.play(server.url(self.name), login)
        self.assert_played(player, self.ours)
        self.ended(player)
        wrong = self.play(server.url(self.name), "username=user password=secretive")
        self.assertNotEqual(0, wrong.wait_exit(30))

    def launch(self, name, source, url, demux):
        sink = "queue ! fakesink name=video sync=false async=false"
        player = Launch(name, f"{source} name=src location={url} ! {demux} ! {sink}", self.logs)
        self.addCleanup(player.kill)
        return player

    def publish_without_end(self, url, *options):
        return self.start(
            *(place.program("ffmpeg"), "-v", "error", "-nostdin", "-re", "-stream_loop", "-1"),
            *("-i", self.clip, "-map", "0:v", "-c", "copy", "-f", "flv", *options, url),
        )

    def wait_frames(self, player, number):
        """Until it has got so many more."""
        last = player.get("video", "stats")["rendered"] + number
        wait_until(lambda: player.get("video", "stats")["rendered"] >= last, "frames")

    def test_a_pause_of_nginx(self):
        url = self.nginx.url(self.name)
        other = self.launch("other", "rtmp2src", url, "flvdemux")
        player = self.launch("player", "rtmpsrc", url, "rtmpdemux")
        self.nginx.wait_player(self.name, player)
        publisher = self.publish_without_end(url)
        self.wait_frames(player, 10)
        player.state("paused")
        self.wait_frames(other, 25)
        messages = player.get("src", "stats")["in-messages"]
        self.wait_frames(other, 25)
        # It has stopped sending, but for a ping.
        self.assertLess(player.get("src", "stats")["in-messages"], messages + 3)
        player.state("playing")
        self.wait_frames(player, 25)
        publisher.kill()
        player.wait_eos()
        self.assertEqual([], player.errors_posted())

    def test_a_pause_of_one_who_knows_none(self):
        url = f"rtmp://127.0.0.1:{place.free_port()}/live/{self.name}"
        self.publish_without_end(url, "-listen", "1")
        player = self.launch(
            "player", "rtmpsrc reconnect=always reconnect-delay=100", url, "rtmpdemux"
        )
        self.wait_frames(player, 10)
        player.state("paused")
        wait_until(lambda: player.get("src", "stats")["dropped-messages"] > 25, "a loss")
        player.state("playing")
        self.wait_frames(player, 25)
        self.assertEqual([], player.errors_posted())

    @shows("FFmpeg 5.1 to nginx behind TLS", "rtmpsrc", *CLIP_NAMES)
    def test_tls(self):
        front, trusted = self.front(self.nginx.port)
        player = self.play(front.url(self.name), trusted)
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_by_ffmpeg(self.nginx.url(self.name)))
        self.assert_played(player, self.ours)
