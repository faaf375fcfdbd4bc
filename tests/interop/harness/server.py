# SPDX-License-Identifier: LGPL-2.1-or-later
"""Room servers. A test uses one through start, url, kill, stop and token, so
that the same tests can run against another server."""

import os
import re
import signal
import socket
import time
import urllib.error
import urllib.request

from . import place, token
from .child import Child, Timeout

CONFIG = """\
port: {port}
bind_addresses: ["127.0.0.1"]
keys:
  {key}: {secret}
prometheus_port: {metrics}
logging:
  level: {log_level}
rtc:
  node_ip: 127.0.0.1
  use_external_ip: false
  enable_loopback_candidate: true
  tcp_port: {tcp}
  udp_port: {udp}
  stun_servers: ["127.0.0.1:9"]
{rtc}room:
  auto_create: {auto_create}
  empty_timeout: 300
  departure_timeout: 20
  enable_remote_unmute: true
{room}"""


class LiveKitServer:
    """The real livekit-server on free loopback ports."""

    key = "devkey"
    secret = "interop-secret-of-more-than-32-bytes"
    # So many requests to end it answers by waiting, in silence.
    patience = 1

    def __init__(self, log_dir, name="server", auto_create=True, rtc=(), room=(), log_level="debug"):
        self._binary = place.livekit_server()
        self._log_dir = log_dir
        self._name = name
        self._auto_create = auto_create
        self._rtc = rtc
        self._room = room
        self._log_level = log_level
        self.child = None
        self.port = None
        self.metrics_port = None

    @property
    def url(self):
        return f"ws://127.0.0.1:{self.port}"

    @property
    def http_url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        # The ports were free when they were chosen; another program may have
        # been quicker.
        for _ in range(3):
            self._spawn()
            if self._answers(20):
                return self
            self.child.kill()
        raise Timeout(f"{self._name} does not start: {self.child.errors()[-800:]}")

    def _spawn(self):
        self.port = place.free_port()
        self.metrics_port = place.free_port()
        text = CONFIG.format(
            port=self.port,
            metrics=self.metrics_port,
            tcp=place.free_port(),
            udp=place.free_port(socket.SOCK_DGRAM),
            log_level=self._log_level,
            key=self.key,
            secret=self.secret,
            auto_create=str(self._auto_create).lower(),
            rtc="".join(f"  {line}\n" for line in self._rtc),
            room="".join(f"  {line}\n" for line in self._room),
        )
        config = os.path.join(self._log_dir, self._name + ".yaml")
        with open(config, "w", encoding="utf-8") as out:
            out.write(text)
        self.child = Child(self._name, [self._binary, "--config", config], self._log_dir)

    def _answers(self, deadline):
        until = time.monotonic() + deadline
        while time.monotonic() < until and self.child.returncode is None:
            try:
                with urllib.request.urlopen(self.http_url, timeout=2) as answer:
                    if answer.status == 200:
                        return True
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.02)
        return False

    def token(self, room, identity, ttl=3600, **grants):
        return token.join(self.key, self.secret, room, identity, ttl, **grants)

    def received_bytes(self):
        """Media bytes the server has received since its start."""
        address = f"http://127.0.0.1:{self.metrics_port}/metrics"
        with urllib.request.urlopen(address, timeout=5) as answer:
            text = answer.read().decode()
        found = re.findall(r'^livekit_packet_bytes\{[^}]*direction="incoming"[^}]*\} (\S+)', text, re.M)
        return sum(float(value) for value in found)

    def wait_received(self, at_least, deadline=20):
        """The server adds up every few seconds: waits for so many bytes."""
        until = time.monotonic() + deadline
        while (found := self.received_bytes()) < at_least:
            if time.monotonic() > until:
                raise Timeout(f"server received {found} bytes, wanted {at_least}")
            time.sleep(0.2)
        return found

    def kill(self):
        self.child.kill()

    def terminate(self):
        """Asks for a shutdown once."""
        self.child.signal(signal.SIGTERM)

    def stop(self):
        if self.child:
            self.child.kill()
