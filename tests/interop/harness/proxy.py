# SPDX-License-Identifier: LGPL-2.1-or-later
"""Stands before a server: one makes it look old, one loses its connections."""

import socket
import threading

_NOT_FOUND = (
    b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Content-Length: 19\r\nConnection: close\r\n\r\n404 page not found\n"
)


class OldServer:
    """Answers /rtc/v1 as servers do that do not have that route; passes
    everything else through. The paths asked for are kept."""

    _refusal = _NOT_FOUND

    def __init__(self, target_port):
        self._target = ("127.0.0.1", target_port)
        self.paths = []
        self._sockets = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        return f"ws://127.0.0.1:{self.port}"

    def _accept(self):
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(peer)
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        try:
            self._answer(peer)
        except OSError:
            pass
        finally:
            peer.close()

    def _is_refused(self, path):
        return path.startswith("/rtc/v1")

    def _answer(self, peer):
        head = b""
        while b"\r\n\r\n" not in head:
            data = peer.recv(4096)
            if not data:
                return
            head += data
        path = head.split(b" ", 2)[1].decode().split("?")[0]
        self.paths.append(path)
        if self._is_refused(path):
            peer.sendall(self._refusal)
            return
        with socket.create_connection(self._target) as server:
            self._sockets.append(server)
            server.sendall(head)
            back = threading.Thread(target=self._pump, args=(server, peer), daemon=True)
            back.start()
            self._pump(peer, server)
            back.join()

    @staticmethod
    def _pump(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
        except OSError:
            pass
        try:
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self._listener.close()
        self.cut()

    def cut(self):
        """All connections end without a word; others may come."""
        for each in self._sockets[:]:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class LossyServer(OldServer):
    """As new as the server is. Once cut, it may refuse who comes back: so many
    times, without a word."""

    _refusal = b""

    def __init__(self, target_port):
        self.refusals = 0
        super().__init__(target_port)

    def _is_refused(self, path):
        if self.refusals == 0 or not path.startswith("/rtc"):
            return False
        self.refusals -= 1
        return True
