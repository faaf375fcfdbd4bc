# SPDX-License-Identifier: LGPL-2.1-or-later
"""nginx with its RTMP module, and a TLS end before a server that has none."""

import os
import re
import socket
import ssl
import tempfile
import threading
import time

from . import ffmpeg, place
from .child import Child, Timeout

ROOM_SERVER = os.path.abspath(os.path.join(__file__, "../../../../docs/gst-room-server.md"))
MODULE = "/usr/lib/nginx/modules/ngx_rtmp_module.so"

# One process, no file outside the folder, nothing dropped of a short file.
CONFIG = """\
load_module {module};
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {log} {level};
events {{ worker_connections 64; }}
rtmp {{
  server {{
    listen 127.0.0.1:{port};
    chunk_size 4096;
    out_queue 8192;
{applications}
  }}
}}
"""

PROXY_CONFIG = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {log};
events {{ worker_connections 64; }}
http {{
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
{text}
}}
"""

# Those of the documentation.
APPLICATIONS = ("live", "app", "live2")
APPLICATION = "    application {} {{ live on; publish_notify on; }}"


def listens(port):
    """Somebody does, on loopback; nothing is connected to find out."""
    address = f"0100007F:{port:04X}"
    with open("/proc/net/tcp", encoding="ascii") as table:
        return any(f[1] in (address, f"00000000:{port:04X}") and f[3] == "0A"
                   for f in map(str.split, list(table)[1:]))


def wait_until(condition, what, deadline=30):
    until = time.monotonic() + deadline
    while not (found := condition()):
        if time.monotonic() > until:
            raise Timeout(f"no {what} in {deadline} s")
        time.sleep(0.02)
    return found


class Nginx:
    """@level: how much its log has."""

    def __init__(self, folder, level="info"):
        self._level = level
        # One of its own also for a second go in the same folder.
        self._folder = tempfile.mkdtemp(prefix="nginx-", dir=folder)
        if not os.path.exists(MODULE):
            raise place.Missing(f"no {MODULE}")
        self._runs = 0
        for _ in range(3):
            self.port = place.free_port()
            if self._answers():
                return
            self.child.kill()
        raise Timeout(f"nginx does not start: {self.child.errors()[-800:]}")

    def restart(self):
        """On the same port, after a stop; with a log that knows of nothing."""
        if not self._answers():
            raise Timeout(f"nginx does not come back: {self.child.errors()[-800:]}")

    def _answers(self):
        self._runs += 1
        self._log = os.path.join(self._folder, f"nginx-{self._runs}.log")
        config = os.path.join(self._folder, "nginx.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(self._make_config())
        program = place.program("nginx")
        # -e: what goes wrong before it has read where its log is.
        self.child = Child(
            "nginx", [program, "-p", self._folder, "-e", self._log, "-c", config], self._folder
        )
        wait_until(lambda: listens(self.port) or self.child.returncode is not None, "nginx")
        return self.child.returncode is None

    def _make_config(self):
        return CONFIG.format(
            module=MODULE,
            folder=self._folder,
            log=self._log,
            port=self.port,
            level=self._level,
            applications="\n".join(map(APPLICATION.format, APPLICATIONS)),
        )

    def url(self, name, application="live"):
        return f"rtmp://127.0.0.1:{self.port}/{application}/{name}"

    def _said(self, text):
        with open(self._log, encoding="utf-8", errors="replace") as log:
            return text in log.read()

    def wait_player(self, name, player):
        """It has asked for the stream, and will get the head of it."""
        self._wait("play", name, player)

    def wait_publisher(self, name, publisher):
        self._wait("publish", name, publisher)

    def wait_digest(self, player):
        """It has verified the digest of a handshake; needs level="debug"."""
        self._wait_said("handshake: digest found", player)

    def _wait(self, what, name, child):
        self._wait_said(f"{what}: name='{name}'", child)

    def _wait_said(self, text, child):
        wait_until(lambda: self._said(text) or child.returncode is not None, text)
        if not self._said(text):
            raise AssertionError(f"{child.name} has ended: {child.errors()[-800:]}")

    def stop(self):
        self.child.kill()


class Authority:
    """Signs certificates that nobody else knows."""

    def __init__(self, folder):
        self._folder = folder
        self.path = os.path.join(folder, "ca.pem")
        self._key = os.path.join(folder, "ca.key")
        self._openssl(
            *("req", "-x509", "-days", "2", "-subj", "/CN=interop", "-out", self.path),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"),
            *("-keyout", self._key),
        )

    def _openssl(self, *words):
        ffmpeg.run([place.program("openssl"), *words])

    def certificate(self, names):
        """Files of a certificate for @names ("IP:127.0.0.1") and its key."""
        stem = os.path.join(self._folder, names.translate({ord(c): "-" for c in ":.,"}))
        self._openssl(
            *("req", "-x509", "-days", "2", "-subj", "/CN=server", "-out", stem + ".pem"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"),
            *("-keyout", stem + ".key", "-CA", self.path, "-CAkey", self._key),
            *("-addext", f"subjectAltName={names}"),
            *("-addext", "basicConstraints=critical,CA:FALSE"),
        )
        return stem + ".pem", stem + ".key"


class Proxy(Nginx):
    """The end with TLS before a room server, as its documentation has it.

    @server: the URL of the room server.
    """

    def __init__(self, folder, authority, server):
        self._certificate = authority.certificate("IP:127.0.0.1")
        self._server = server
        super().__init__(folder)

    def _make_config(self):
        with open(ROOM_SERVER, encoding="utf-8") as page:
            [text] = re.findall(r"^    map .*?^    }$", page.read(), re.M | re.S)
        places = {
            "listen 443 ssl": f"listen 127.0.0.1:{self.port} ssl",
            "/etc/ssl/room.pem": self._certificate[0],
            "/etc/ssl/room.key": self._certificate[1],
            "http://127.0.0.1:7880": self._server,
        }
        for documented, ours in places.items():
            assert documented in text, documented
            text = text.replace(documented, ours)
        return PROXY_CONFIG.format(folder=self._folder, log=self._log, text=text)


class TlsFront:
    """Takes TLS off, and passes on what is in it."""

    def __init__(self, target_port, certificate):
        self._target = ("127.0.0.1", target_port)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(*certificate)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, name):
        return f"rtmps://127.0.0.1:{self.port}/live/{name}"

    def _accept(self):
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        try:
            with self._context.wrap_socket(peer, server_side=True) as inner, \
                    socket.create_connection(self._target) as server:
                back = threading.Thread(target=self._carry, args=(server, inner), daemon=True)
                back.start()
                self._carry(inner, server)
                back.join(5)
        except OSError:
            peer.close()

    @staticmethod
    def _carry(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def stop(self):
        self._listener.close()
