# SPDX-License-Identifier: LGPL-2.1-or-later
"""A TURN relay on this machine: coturn with one user."""

import os
import socket
import time
import urllib.parse

from . import place
from .child import Child, Timeout


class Turn:
    def __init__(self, log_dir, user, password):
        self.user = user
        self.password = password
        # libnice binds its UDP sockets to an interface: one of a real interface
        # reaches nothing on loopback.
        self.address = place.own_address()
        self.port = place.free_port(address=self.address)
        # The relay reaches the server at an address of this machine, which
        # coturn refuses unless told otherwise.
        command = [
            place.program("turnserver"),
            "-n",
            "--log-file=stdout",
            "--simple-log",
            "--verbose",
            f"--listening-port={self.port}",
            f"--listening-ip={self.address}",
            f"--relay-ip={self.address}",
            "--allow-loopback-peers",
            "--lt-cred-mech",
            "--realm=interop",
            f"--user={user}:{password}",
            "--no-tls",
            "--no-dtls",
            "--no-cli",
            f"--pidfile={os.path.join(log_dir, 'turn.pid')}",
            f"--userdb={os.path.join(log_dir, 'turn.db')}",
        ]
        self.child = Child("turn", command, log_dir, cwd=log_dir)
        self._wait()

    def _wait(self):
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                socket.create_connection((self.address, self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise Timeout("turnserver does not listen")

    def uri(self, transport="udp"):
        """As the element's turn-servers property wants it: all escaped."""
        user = urllib.parse.quote(self.user, safe="")
        password = urllib.parse.quote(self.password, safe="")
        return f"turn://{user}:{password}@{self.address}:{self.port}?transport={transport}"

    def stop(self):
        self.child.stop()
