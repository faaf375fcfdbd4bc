# SPDX-License-Identifier: LGPL-2.1-or-later
"""rtmpsink with servers and players that are not ours."""

from harness import place
from harness.child import called
from harness.launch import Launch, message
from harness.matrix import shows
from harness.nginx import Nginx
from harness.rtmp import ANY, CLIP_NAMES, TRACKS_NAMES, TracksCase, messages


class RtmpSink(TracksCase):
    seconds = 25

    @shows("rtmpsink", "nginx to FFmpeg 5.1", *CLIP_NAMES)
    def test_nginx_to_ffmpeg(self):
        player = self.play_by_ffprobe(self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_by_element("rtmpsink", self.nginx.url(self.name)))
        self.assert_probed(player)

    @shows("rtmpsink", "nginx to rtmp2src", *CLIP_NAMES)
    def test_nginx_to_rtmp2src(self):
        player = self.play_by_element("rtmp2src", self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_file(self.nginx.url(self.name)))
        self.assert_played(player, loses=2)

    @shows("rtmpsink", "nginx to rtmpdump", *CLIP_NAMES)
    def test_nginx_to_rtmpdump(self):
        player = self.dump(self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_file(self.nginx.url(self.name)))
        player.wait_exit(30)
        self.assert_file(self.path("dumped.flv"))

    @shows("rtmpsink", "FFmpeg 5.1", *CLIP_NAMES)
    def test_ffmpeg_listens(self):
        listener, url = self.listen_by_ffmpeg()
        self.ended(self.publish_file(url))
        self.ended(listener)
        self.assert_file(self.path("heard.flv"))

    @shows("rtmpsink", "FFmpeg 8.1", *TRACKS_NAMES)
    def test_ffmpeg8_listens(self):
        start, url = self.listen_by_ffmpeg8(self.ffmpeg8)
        self.ended(self.publish_file(url, path=self.tracks))
        self.assert_streams(self.ffmpeg8.listed(start))

    @shows("rtmpsink", "scripted server", *TRACKS_NAMES)
    def test_scripted_server(self):
        server = self.server()
        self.ended(self.publish_file(server.url(self.name), path=self.tracks))
        server.stream(self.name).wait_over()
        server.stream(self.name).write_flv(self.path("kept.flv"))
        self.assert_streams(self.ffmpeg8.list(self.path("kept.flv")))

    @shows("rtmpsink", "libre", *CLIP_NAMES)
    def test_libre_listens(self):
        server, url = self.serve_by_libre()
        self.ended(self.publish_file(url))
        self.ended(server)
        self.assert_messages(server)

    @shows("rtmpsink", "nginx to libre", *CLIP_NAMES)
    def test_nginx_to_libre(self):
        player = self.libre("play", self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_file(self.nginx.url(self.name)))
        player.wait(called("message"), 30, count=len(messages(self.clip)), what="last message")
        self.assert_messages(player)

    def test_capabilities_are_said(self):
        server = self.server()
        self.ended(self.publish_file(server.url(self.name)))
        (connect,) = server.connects
        self.assertIn("hvc1", connect["fourCcList"])
        self.assertEqual(connect["fourCcList"], list(dict.fromkeys(connect["fourCcList"])))
        self.assertLessEqual({"av01", "vp09"}, set(connect["videoFourCcInfoMap"]))
        self.assertLessEqual({"Opus", "fLaC"}, set(connect["audioFourCcInfoMap"]))

    @shows("rtmpsink", "scripted server", "password in Adobe's way")
    def test_password(self):
        server = self.server(password=("user", "secret"))
        url = server.url(self.name)
        self.ended(self.publish_file(url, "username=user password=secret"))
        server.stream(self.name).wait_over()
        server.stream(self.name).write_flv(self.path("kept.flv"))
        self.assert_file(self.path("kept.flv"))
        self.refused(url, "username=user password=secretive", "unauthorized")
        self.refused(url, "username=nobody password=secret", "unauthorized")
        self.refused(url, "", "unauthorized")

    @shows("rtmpsink", "scripted server", "password in Limelight's way")
    def test_password_of_limelight(self):
        server = self.server(password=("user", "secret"), authmod="llnw")
        url = server.url(self.name)
        for options in ("", "authmod=llnw"):
            self.ended(self.publish_file(url, f"username=user password=secret {options}"))
        # Who says it without being asked has one connection less.
        self.assertEqual(3 + 2, len(server.connects))
        self.refused(url, "username=user password=secretive", "unauthorized")

    @shows("rtmpsink", "nginx behind TLS to FFmpeg 5.1", *CLIP_NAMES)
    def test_tls(self):
        front, trusted = self.front(self.nginx.port)
        player = self.play_by_ffprobe(self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.refused(front.url(self.name), "", "tls")
        self.ended(self.publish_file(front.url(self.name), trusted))
        self.assert_probed(player)

    def test_certificate_for_another_name_is_refused(self):
        front, trusted = self.front(self.nginx.port, "DNS:other.example")
        self.refused(front.url(self.name), trusted, "tls")
        self.ended(self.publish_file(front.url(self.name), ANY))

    def test_second_publisher_is_told_why_he_is_refused(self):
        url = self.nginx.url(self.name)
        first = self.start(
            *(place.program("ffmpeg"), "-v", "error", "-re", "-stream_loop", "-1"),
            *("-i", self.clip, "-c", "copy", "-f", "flv", url),
        )
        self.nginx.wait_publisher(self.name, first)
        self.refused(url, "", "busy")
        self.assertIsNone(first.returncode)

    @shows("flvmux to rtmpsink", "scripted server", *CLIP_NAMES)
    def test_flvmux_instead_of_rtmpmux(self):
        server = self.server()
        made, kept = self.path("made.flv"), self.path("kept.flv")
        publisher = self.pipeline(
            f"filesrc location={self.clip} ! flvdemux name=d flvmux name=m streamable=true ! "
            f"tee name=t ! queue ! filesink location={made} "
            f"t. ! queue ! rtmpsink location={server.url(self.name)} "
            "d.video ! queue ! m.video d.audio ! queue ! m.audio"
        )
        self.ended(publisher)
        server.stream(self.name).wait_over()
        server.stream(self.name).write_flv(kept)
        # Times that it loses it has lost in both.
        self.assertEqual(messages(made), messages(kept))

    def test_server_that_dies_is_one_error(self):
        nginx = Nginx(self.logs)
        self.addCleanup(nginx.stop)
        launch = Launch(
            "publisher",
            "videotestsrc is-live=true ! x264enc tune=zerolatency ! rtmpmux ! "
            f"rtmpsink location={nginx.url(self.name)}",
            self.logs,
            GST_DEBUG="rtmp*:5,2",
        )
        self.addCleanup(launch.kill)
        nginx.wait_publisher(self.name, launch)
        nginx.stop()
        error = launch.wait(message("error"), 30, what="error")
        self.assertIn(error["details"]["rtmp-reason"], ("lost", "closed"))
        launch.quit()
        self.assertEqual(1, len(launch.errors_posted()))
