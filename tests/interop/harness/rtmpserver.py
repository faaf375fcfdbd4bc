# SPDX-License-Identifier: LGPL-2.1-or-later
"""A small RTMP server that keeps every message of a stream as it came and
plays it as it was kept, Enhanced RTMP too; and asks for a password as Adobe's
or Limelight's servers do. It is not ours and knows nothing of the code that it tests."""

import base64
import hashlib
import socket
import struct
import threading

from . import rtmpshake

AUDIO, VIDEO, DATA, COMMAND = 8, 9, 18, 20
SET_CHUNK_SIZE, USER_CONTROL, WINDOW, BANDWIDTH = 1, 4, 5, 6
STREAM_BEGIN, STREAM_EOF = 0, 1
OUT_CHUNK = 4096
SALT, CHALLENGE = "salt1", "challenge1"
REJECT = "[ AccessManager.Reject ] : "
FLV_HEADER = b"FLV\x01\x05" + struct.pack(">II", 9, 0)


class Amf:
    """AMF0, as far as commands need it."""

    def __init__(self, data):
        self._data, self._at = data, 0

    def _take(self, form):
        found = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return found[0]

    def _text(self, form=">H"):
        size = self._take(form)
        self._at += size
        return self._data[self._at - size : self._at].decode()

    def _pairs(self):
        found = {}
        while name := self._text():
            found[name] = self.value()
        self._at += 1
        return found

    def value(self):
        kind = self._take("B")
        if kind == 0:
            return self._take(">d")
        if kind == 1:
            return bool(self._take("B"))
        if kind == 2:
            return self._text()
        if kind == 3:
            return self._pairs()
        if kind in (5, 6):
            return None
        if kind == 8:
            self._at += 4
            return self._pairs()
        if kind == 10:
            return [self.value() for _ in range(self._take(">I"))]
        raise ValueError(f"AMF0 {kind}")

    def all(self):
        found = []
        while self._at < len(self._data):
            found.append(self.value())
        return found

    @staticmethod
    def write(value):
        if value is None:
            return b"\x05"
        if isinstance(value, str):
            return b"\x02" + Amf._name(value)
        if isinstance(value, dict):
            pairs = b"".join(Amf._name(key) + Amf.write(v) for key, v in value.items())
            return b"\x03" + pairs + b"\0\0\x09"
        return b"\0" + struct.pack(">d", value)

    @staticmethod
    def _name(text):
        return struct.pack(">H", len(text)) + text.encode()


class Chunks:
    """Messages from a socket and to it."""

    def __init__(self, peer):
        self._peer = peer
        self._file = peer.makefile("rb")
        self._size = 128
        self._heads, self._parts = {}, {}

    def _read(self, size):
        data = self._file.read(size)
        if len(data) < size:
            raise ConnectionError("closed")
        return data

    def shake(self):
        """How the client has done so."""
        self._read(1)
        first, second, ours = rtmpshake.answer(self._read(rtmpshake.BLOCK))
        self._peer.sendall(b"\x03" + first + second)
        return rtmpshake.kind(ours, self._read(rtmpshake.BLOCK))

    def _head(self, form, csid):
        """Time, size, kind and stream of the message that a chunk is of."""
        time, size, kind, stream, delta, extended = self._heads.get(csid, (0,) * 6)
        if form < 3:
            field = int.from_bytes(self._read(3), "big")
            if form < 2:
                size, kind = int.from_bytes(self._read(3), "big"), self._read(1)[0]
            if form == 0:
                stream = int.from_bytes(self._read(4), "little")
            extended = field == 0xFFFFFF
            if extended:
                field = int.from_bytes(self._read(4), "big")
            time, delta = (field, 0) if form == 0 else ((time + field) & 0xFFFFFFFF, field)
        else:
            if extended:
                self._read(4)
            if csid not in self._parts:
                time = (time + delta) & 0xFFFFFFFF
        self._heads[csid] = (time, size, kind, stream, delta, extended)
        return time, size, kind, stream

    def next(self):
        while True:
            first = self._read(1)[0]
            csid = first & 63
            if csid == 0:
                csid = 64 + self._read(1)[0]
            elif csid == 1:
                csid = 64 + int.from_bytes(self._read(2), "little")
            time, size, kind, stream = self._head(first >> 6, csid)
            part = self._parts.setdefault(csid, bytearray())
            part += self._read(min(self._size, size - len(part)))
            if len(part) < size:
                continue
            del self._parts[csid]
            if kind != SET_CHUNK_SIZE:
                return kind, time, stream, bytes(part)
            self._size = int.from_bytes(part, "big")

    def send(self, kind, body, time=0, stream=0):
        late = b"" if time < 0xFFFFFF else struct.pack(">I", time)
        csid = {AUDIO: 4, VIDEO: 6}.get(kind, 3 if kind > 6 else 2)
        out = bytes([csid]) + min(time, 0xFFFFFF).to_bytes(3, "big")
        out += len(body).to_bytes(3, "big") + bytes([kind]) + struct.pack("<I", stream) + late
        for at in range(0, max(len(body), 1), OUT_CHUNK):
            out += (bytes([0xC0 | csid]) + late if at else b"") + body[at : at + OUT_CHUNK]
        self._peer.sendall(out)

    def close(self):
        """What has been sent arrives: closed with words unread it might not."""
        self._peer.shutdown(socket.SHUT_WR)
        while self._file.read(4096):
            pass

    def call(self, *values, stream=0):
        self.send(COMMAND, b"".join(map(Amf.write, values)), stream=stream)


class Stream:
    def __init__(self):
        self.messages = []
        self.over = False
        self.changed = threading.Condition()

    def add(self, message):
        with self.changed:
            self.messages.append(message)
            self.changed.notify_all()

    def end(self):
        with self.changed:
            self.over = True
            self.changed.notify_all()

    def wait_over(self, deadline=30):
        with self.changed:
            if not self.changed.wait_for(lambda: self.over, deadline):
                raise AssertionError("the publisher has not ended its stream")

    def each(self):
        """The messages as they come, until the publisher has ended."""
        position = 0
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.over or len(self.messages) > position, 30)
                fresh = self.messages[position:]
                if not fresh and self.over:
                    return
            position += len(fresh)
            yield from fresh

    def write_flv(self, path):
        with open(path, "wb") as out:
            out.write(FLV_HEADER)
            for kind, time, body in self.messages:
                size = len(body)
                out.write(bytes([kind]) + size.to_bytes(3, "big"))
                out.write((time & 0xFFFFFF).to_bytes(3, "big") + bytes([time >> 24]) + bytes(3))
                out.write(body + struct.pack(">I", size + 11))


def digest(*texts):
    return base64.b64encode(hashlib.md5("".join(texts).encode()).digest()).decode()


def hexdigest(text):
    return hashlib.md5(text.encode()).hexdigest()


class RtmpServer:
    """@password: of (user, password), who may connect; None: everybody.
    @authmod: in whose way that is asked."""

    def __init__(self, password=None, authmod="adobe"):
        self._password = password
        self._refusal = {"adobe": self._refuse_adobe, "llnw": self._refuse_llnw}[authmod]
        self._streams = {}
        self._lock = threading.Lock()
        self.connects, self.handshakes = [], []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, name):
        return f"rtmp://127.0.0.1:{self.port}/live/{name}"

    def stream(self, name):
        with self._lock:
            return self._streams.setdefault(name, Stream())

    def stop(self):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(peer,), daemon=True).start()

    def _serve(self, peer):
        published = None
        try:
            chunks = Chunks(peer)
            self.handshakes.append(chunks.shake())
            while True:
                kind, time, _, body = chunks.next()
                if kind in (AUDIO, VIDEO, DATA) and published:
                    published.add(self._plain(kind, time, body))
                elif kind == COMMAND:
                    name, number, _, *more = Amf(body).all() + [None] * 2
                    if name == "publish":
                        published = self.stream(more[0].split("?")[0])
                    if not self._answer(chunks, name, number, Amf(body).all()[2:]):
                        break
        except (OSError, ConnectionError):
            pass
        finally:
            if published:
                published.end()
            peer.close()

    @staticmethod
    def _plain(kind, time, body):
        """Metadata without the word that they are to be kept."""
        word = Amf.write("@setDataFrame")
        return kind, time, body.removeprefix(word) if kind == DATA else body

    def _answer(self, chunks, name, number, rest):
        """FALSE: that is all."""
        if name == "connect":
            self._connect(chunks, number, rest[0])
        elif name in ("releaseStream", "FCPublish"):
            chunks.call("_result", number, None)
        elif name == "createStream":
            chunks.call("_result", number, None, 1)
        elif name == "publish":
            self._begin(chunks, "NetStream.Publish.Start")
        elif name == "play":
            self._begin(chunks, "NetStream.Play.Start")
            self._play(chunks, rest[1])
        return name not in ("deleteStream", "closeStream")

    @staticmethod
    def _begin(chunks, code):
        chunks.send(USER_CONTROL, struct.pack(">HI", STREAM_BEGIN, 1))
        status = {"level": "status", "code": code, "description": "begun"}
        chunks.call("onStatus", 0, None, status, stream=1)

    def _play(self, chunks, name):
        for kind, time, body in self.stream(name).each():
            chunks.send(kind, body, time, 1)
        chunks.send(USER_CONTROL, struct.pack(">HI", STREAM_EOF, 1))
        status = {"level": "status", "code": "NetStream.Play.Stop", "description": "over"}
        chunks.call("onStatus", 0, None, status, stream=1)

    def _connect(self, chunks, number, asked):
        self.connects.append(asked)
        chunks.send(SET_CHUNK_SIZE, struct.pack(">I", OUT_CHUNK))
        refusal = self._refusal(asked["app"])
        if refusal:
            status = {"level": "error", "code": "NetConnection.Connect.Rejected"}
            chunks.call("_error", number, None, {**status, "description": refusal})
            chunks.close()
            return
        chunks.send(WINDOW, struct.pack(">I", 2500000))
        chunks.send(BANDWIDTH, struct.pack(">IB", 2500000, 2))
        status = {"level": "status", "code": "NetConnection.Connect.Success"}
        chunks.call(
            *("_result", number, {"fmsVer": "FMS/3,0,1,123", "capabilities": 31}),
            {**status, "description": "connected", "objectEncoding": 0},
        )

    @staticmethod
    def _said(application):
        return dict(pair.partition("=")[::2] for pair in application.partition("?")[2].split("&"))

    def _refuse_adobe(self, application):
        """What Adobe's servers say to who has not yet shown that he may."""
        if self._password is None:
            return None
        said = self._said(application)
        user, password = self._password
        if said.get("authmod") != "adobe":
            return REJECT + "[ code=403 need auth; authmod=adobe ] : "
        if said.get("user") != user:
            return REJECT + "[ authmod=adobe ] : ?reason=nosuchuser&opaque=-"
        if "response" not in said:
            return (
                REJECT + "[ authmod=adobe ] : ?reason=needauth"
                f"&user={user}&salt={SALT}&challenge={CHALLENGE}&opaque={CHALLENGE}"
            )
        wanted = digest(digest(user, SALT, password), CHALLENGE, said["challenge"])
        if said["response"] != wanted:
            return REJECT + "[ authmod=adobe ] : ?reason=authfailed&opaque=-"
        return None

    def _refuse_llnw(self, application):
        """The same of Limelight's, which is HTTP's digest authentication."""
        said = self._said(application)
        user, password = self._password
        if said.get("authmod") != "llnw":
            return REJECT + "[ code=403 need auth; authmod=llnw ] : "
        if said.get("user") != user:
            return REJECT + "[ authmod=llnw ] : ?reason=nosuchuser&opaque=-"
        if "response" not in said:
            return REJECT + f"[ authmod=llnw ] : ?reason=needauth&user={user}&nonce={CHALLENGE}"
        place = application.partition("?")[0]
        what = f"publish:/{place}" + ("" if "/" in place else "/_definst_")
        parts = (said["nonce"], said["nc"], said["cnonce"], "auth", hexdigest(what))
        wanted = hexdigest(":".join((hexdigest(f"{user}:live:{password}"), *parts)))
        if said["nonce"] != CHALLENGE or said["response"] != wanted:
            return REJECT + "[ authmod=llnw ] : ?reason=authfailed&opaque=-"
        return None
