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
        self.assertIn("tcp", self._connection_type("publisher"))
        launch.quit()

    def _connection_type(self, identity):
        """What the server's log says of the participant's media path."""
        lines = self.server.child.errors().splitlines() + [
            event.get("text", "") for event in self.server.child.events
        ]
        return " ".join(
            line for line in lines if identity in line and self.room in line and "onnectionType" in line
        )

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


class Relayed(InteropCase):
    server_options = {"rtc": LOOPBACK_ALONE}

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

    def test_relay_told_by_the_server_with_credentials_to_escape(self):
        turn = self._relay()
        self.server = self.server_class(
            self.logs,
            rtc=(
                *LOOPBACK_ALONE,
                "turn_servers:",
                f"  - host: {turn.address}",
                f"    port: {turn.port}",
                "    protocol: udp",
                f'    username: "{TURN_USER}"',
                f'    credential: "{TURN_PASSWORD}"',
            ),
        ).start()
        self.addCleanup(self.server.stop)
        self._decodes(turn, options="ice-transport-policy=relay")


class TcpOnlyServer(InteropCase):
    server_options = {"rtc": ("force_tcp: true",)}

    def test_server_without_udp_is_reached(self):
        subscriber = self.subscriber()
        launch = self.publish(live_video(), live_audio())
        subscriber.wait_frames(15)
        launch.quit()
