# SPDX-License-Identifier: LGPL-2.1-or-later
"""Ways to the server: TCP only, relayed, an old server's two connections."""

from harness.case import InteropCase, live_audio, live_video
from harness.child import called
from harness.proxy import OldServer
from harness.turn import Turn

# Characters that break a TURN URI unless they are escaped.
TURN_USER = "us@r/1"
TURN_PASSWORD = "p/w+x=%?"


class Network(InteropCase):
    def _decodes(self, **more):
        subscriber = self.subscriber()
        launch = self.publish(live_video(), live_audio(), **more)
        subscriber.wait_frames(15)
        subscriber.wait(called("audio"), 10)
        return launch

    def test_tcp_only_by_the_element(self):
        launch = self._decodes(options="ice-tcp-only=true")
        self.assertEqual(0, launch.count_sockets("udp"), "there is another way for the media")
        # One for the signals, at least one for the media.
        self.assertGreaterEqual(launch.count_sockets("tcp"), 2)
        launch.quit()

    def test_old_server_gets_two_connections(self):
        old = OldServer(self.server.port)
        self.addCleanup(old.close)
        launch = self._decodes(url=old.url)
        self.assertEqual("/rtc/v1", old.paths[0])
        self.assertIn("/rtc", old.paths)
        launch.quit()

    def test_path_before_the_route_is_kept(self):
        # A server behind a prefix: the proxy knows no such route either, so
        # the fall-back is taken, and the prefix must still be there.
        old = OldServer(self.server.port)
        self.addCleanup(old.close)
        launch = self.publish(live_audio(), url=old.url + "/prefix")
        launch.wait_error(deadline=15)
        self.assertTrue(all(path.startswith("/prefix/rtc") for path in old.paths), old.paths)
        launch.quit()

    def test_relay_without_a_relay_fails_as_media(self):
        launch = self.publish(live_audio(), options="ice-transport-policy=relay")
        error = launch.wait_error("media")
        self.assertIn("ice-transport-policy=relay", error["text"])
        self.assertIn("set turn-servers", error["text"])
        launch.quit()


# By default the server listens on every interface and calls each of them
# 127.0.0.1. Which of its sockets answers is a matter of luck, and the relay drops
# an answer that does not come from there.
LOOPBACK_ALONE = ("interfaces:", "  includes: [lo]")


class RelayCase(InteropCase):
    server_options = {"livekit": {"rtc": LOOPBACK_ALONE}}

    def _relay(self):
        turn = Turn(self.logs, TURN_USER, TURN_PASSWORD)
        self.addCleanup(turn.stop)
        return turn

    def _decodes(self, turn, **more):
        subscriber = self.subscriber()
        launch = self.publish(live_video(), **more)
        subscriber.wait_frames(15)
        launch.quit()
        log = " ".join(event.get("text", "") for event in turn.child.events)
        self.assertIn(TURN_USER, log)
        self.assertIn("ALLOCATE processed, success", log)
        self.assertNotIn(TURN_PASSWORD, launch.errors())


class Relayed(RelayCase):
    def test_relay_of_the_element_with_credentials_to_escape(self):
        turn = self._relay()
        self._decodes(
            turn, options=f'ice-transport-policy=relay turn-servers="<\\"{turn.uri()}\\">"'
        )

    def test_relay_over_tcp(self):
        turn = self._relay()
        self._decodes(
            turn, options=f'ice-transport-policy=relay turn-servers="<\\"{turn.uri("tcp")}\\">"'
        )


class ToldRelay(RelayCase):
    only = ("livekit", "servers for TURN are in its configuration")

    def test_relay_told_by_the_server_with_credentials_to_escape(self):
        turn = self._relay()
        self.fresh_server(
            rtc=(
                *LOOPBACK_ALONE,
                "turn_servers:",
                f"  - host: {turn.address}",
                f"    port: {turn.port}",
                "    protocol: udp",
                f'    username: "{TURN_USER}"',
                f'    credential: "{TURN_PASSWORD}"',
            )
        )
        self._decodes(turn, options="ice-transport-policy=relay")


class TcpOnlyServer(InteropCase):
    only = ("livekit", "that it has no UDP is in its configuration")
    server_options = {"livekit": {"rtc": ("force_tcp: true",)}}

    def test_server_without_udp_is_reached(self):
        subscriber = self.subscriber()
        launch = self.publish(live_video(), live_audio())
        subscriber.wait_frames(15)
        launch.quit()
