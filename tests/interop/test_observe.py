# SPDX-License-Identifier: LGPL-2.1-or-later
"""What our server tells programs of itself, read by Prometheus's own parser and
held against what is known to happen in the room."""

import json
import socket
import ssl
import time
import urllib.error
import urllib.request

from harness import nginx, prometheus
from harness.case import InteropCase, live_video
from harness.child import called

WAIT = 20


class Observe(InteropCase):
    only = ("own", "it is our API")
    seconds = 10

    def ask(self, path):
        with urllib.request.urlopen(f"{self.server.http_url}{path}", timeout=10) as answer:
            return answer.read().decode()

    def metrics(self):
        """{name: value, or {room: value}} of what has one."""
        return prometheus.read(self.ask("/metrics"))

    def of(self, metrics, name):
        """A value of the test's room; 0: there is no such room."""
        return metrics.get(f"room_server_room_{name}", {}).get(self.room, 0)

    def track(self):
        """The one track of the room, as the API tells it."""
        rooms = json.loads(self.ask("/api/rooms"))["rooms"]
        [room] = [each for each in rooms if each["name"] == self.room]
        [track] = [track for who in room["participants"] for track in who["tracks"]]
        return track

    def until(self, look, holds):
        end = time.monotonic() + WAIT
        while not holds(found := look()):
            self.assertLess(time.monotonic(), end, found)
            time.sleep(0.2)
        return found

    def test_figures_grow_with_what_is_sent_and_never_go_back(self):
        before = self.metrics()
        subscriber = self.subscriber()
        launch = self.publish(live_video())
        subscriber.wait_frames(10)
        there = self.until(self.metrics, lambda m: self.of(m, "sent_bits_per_second") > 1000)
        self.assertEqual(2, self.of(there, "participants"))
        self.assertEqual(1, self.of(there, "consumers"))
        self.assertGreater(self.of(there, "received_bits_per_second"), 1000)
        self.assertLessEqual(2, there["room_server_clients"])
        track = self.track()
        self.assertEqual(("video", "video/H264"), (track["kind"], track["mime"]))
        self.assertEqual(["subscriber"], [who["identity"] for who in track["consumers"]])
        self.assertGreater(track["consumers"][0]["bytes"], 1000)
        self.assertGreater(track["bitrate"], 1000)
        self.assertEqual(0, track["consumers"][0]["cuts"])
        reported = self.until(
            lambda: self.track()["consumers"][0], lambda who: "round_trip_ms" in who
        )
        self.assertLess(0, reported["round_trip_ms"])
        self.assertLess(reported["round_trip_ms"], 1000)
        self.assertLess(reported["jitter_ms"], 1000)
        self.assertLessEqual(0, reported["lost"])
        self.assertLessEqual(reported["loss"], 1)
        told = self.metrics()
        self.assertLess(0, self.of(told, "round_trip_seconds"))
        self.assertLess(self.of(told, "round_trip_seconds"), 1)
        self.assertLess(self.of(told, "jitter_seconds"), 1)
        self.assertLessEqual(self.of(told, "loss_ratio"), 1)
        self.assertLessEqual(1, track["key_frame_requests_sent"])
        launch.quit()
        subscriber.wait(called("participant-left"), 10)
        subscriber.tell("leave")
        after = self.until(self.metrics, lambda m: self.of(m, "participants") == 0)
        counters = [name for name in after if name.endswith("_total")]
        self.assertLess(10, len(counters))
        for name in counters:
            self.assertLessEqual(before[name], there[name], name)
            self.assertLessEqual(there[name], after[name], name)
        for name in ("received_bytes", "sent_bytes", "participants_joined", "media_connected"):
            name = f"room_server_{name}_total"
            self.assertLess(before[name], there[name], name)
        self.assertEqual(0, after["room_server_queued_packets"])

    def test_a_page_of_others_is_refused(self):
        for path in ("/metrics", "/api/rooms"):
            request = urllib.request.Request(
                f"{self.server.http_url}{path}", headers={"Origin": "http://example.com"}
            )
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=10)
            self.assertEqual(401, refused.exception.code)
            refused.exception.close()

    def _status(self, proxy, trust, path, **headers):
        """What the server answers to that, through the proxy."""
        lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{proxy.port}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=30) as plain, \
                trust.wrap_socket(plain, server_hostname="127.0.0.1") as stream:
            stream.sendall("\r\n".join([*lines, "", ""]).encode())
            with stream.makefile("rb") as answer:
                return int(answer.readline().split()[1])

    def test_documented_proxy_passes_on_who_has_a_token(self):
        authority = nginx.Authority(self.logs)
        proxy = nginx.Proxy(self.logs, authority, self.server.http_url)
        self.addCleanup(proxy.stop)
        trust = ssl.create_default_context(cafile=authority.path)
        self.assertEqual(200, self._status(proxy, trust, f"/room/{self.room}"))
        for path in ("/metrics", "/api/rooms", f"/room/{self.room}/events"):
            self.assertEqual(401, self._status(proxy, trust, path), path)
        token = self.token()
        events = f"/room/{self.room}/events?access_token={token}"
        self.assertEqual(200, self._status(proxy, trust, events))
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec_WebSocket_Version": 13,
            "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        path = f"/rtc?access_token={token}"
        self.assertEqual(101, self._status(proxy, trust, path, **upgrade))
