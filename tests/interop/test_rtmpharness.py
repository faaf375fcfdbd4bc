# SPDX-License-Identifier: LGPL-2.1-or-later
"""The harness of RTMP itself, without an element of ours that connects: when
one of these fails, the fault of another test may be here."""

from harness.rtmp import RtmpCase


class RtmpHarness(RtmpCase):
    seconds = 15

    def test_ffmpeg_through_nginx_to_rtmp2src(self):
        player = self.play_by_element("rtmp2src", self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_by_ffmpeg(self.nginx.url(self.name)))
        # What comes with the end of the stream, rtmp2src forgets.
        self.assert_played(player, loses=2)

    def test_rtmp2sink_through_nginx_to_ffmpeg(self):
        player = self.play_by_ffprobe(self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_by_element("rtmp2sink", self.nginx.url(self.name)))
        self.assert_probed(player)

    def test_rtmpdump_through_nginx(self):
        player = self.dump(self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(self.publish_by_ffmpeg(self.nginx.url(self.name)))
        player.wait_exit(30)
        self.assert_file(self.path("dumped.flv"))

    def test_ffmpeg_listens(self):
        listener, url = self.listen_by_ffmpeg()
        self.ended(self.publish_by_element("rtmp2sink", url))
        self.ended(listener)
        self.assert_file(self.path("heard.flv"))

    def test_libre_at_both_ends(self):
        server, url = self.serve_by_libre()
        self.ended(self.libre("publish", url, self.clip))
        self.ended(server)
        self.assert_messages(server)

    def test_libre_serves_ffmpeg(self):
        _, url = self.serve_by_libre()
        self.assert_probed(self.play_by_ffprobe(url))

    def test_scripted_server_keeps_and_plays(self):
        server = self.server()
        self.ended(self.publish_by_ffmpeg(server.url(self.name)))
        stream = server.stream(self.name)
        stream.wait_over()
        stream.write_flv(self.path("kept.flv"))
        self.assert_file(self.path("kept.flv"))
        self.assert_probed(self.play_by_ffprobe(server.url(self.name)))
        self.assert_played(self.play_by_element("rtmp2src", server.url(self.name)), loses=2)

    def test_scripted_server_asks_for_a_password(self):
        server = self.server(password=("user", "secret"))
        wrong = self.publish_by_element("rtmp2sink", server.url("x"), "username=user password=no")
        self.assertNotEqual(0, wrong.wait_exit(30))
        self.ended(
            self.publish_by_element(
                "rtmp2sink", server.url(self.name), "username=user password=secret"
            )
        )
        server.stream(self.name).wait_over()
        self.assertEqual(3 + 3, len(server.connects))
        server.stream(self.name).write_flv(self.path("kept.flv"))
        self.assert_file(self.path("kept.flv"))

    def test_scripted_server_asks_as_limelight_does(self):
        server = self.server(password=("user", "secret"), authmod="llnw")
        wrong = self.publish_by_ffmpeg(server.url("x").replace("//", "//user:no@"))
        self.assertNotEqual(0, wrong.wait_exit(30))
        self.ended(self.publish_by_ffmpeg(server.url("y").replace("//", "//user:secret@")))
        server.stream("y").wait_over()

    def test_tls_front_of_nginx(self):
        front, _ = self.front(self.nginx.port)
        refused = self.publish_by_element("rtmp2sink", front.url("refused"))
        self.assertNotEqual(0, refused.wait_exit(30))
        player = self.play_by_ffprobe(self.nginx.url(self.name))
        self.nginx.wait_player(self.name, player)
        self.ended(
            self.publish_by_element("rtmp2sink", front.url(self.name), "tls-validation-flags=0")
        )
        self.assert_probed(player)
