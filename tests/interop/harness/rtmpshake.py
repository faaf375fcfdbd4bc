# SPDX-License-Identifier: LGPL-2.1-or-later
"""A server's part of the handshake: plain, or with the digests that Flash
players and Adobe's servers show each other."""

import hmac
import os

BLOCK, SIZE = 1536, 32
TAIL = bytes.fromhex("f0eec24a8068bee82e00d0d1029e7e576eec5d2d29806fab93b8e636cfeb31ae")
PLAYER = b"Genuine Adobe Flash Player 001"
SERVER = b"Genuine Adobe Flash Media Server 001"
VERSION = bytes([4, 5, 0, 1])


def mac(key, data):
    return hmac.digest(key, data, "sha256")


def seal(block, base, key):
    """Where a block's digest is that begins to be looked for at @base, and what
    it has to be."""
    at = base + 4 + sum(block[base : base + 4]) % 728
    return at, mac(key, block[:at] + block[at + SIZE :])


def find(block, key):
    """Base and digest of a block that has one."""
    for base in (8, 772):
        at, wanted = seal(block, base, key)
        if block[at : at + SIZE] == wanted:
            return base, wanted
    return None


def answer(first):
    """S1 and S2 to a C1; and what C2 has to end with, behind whatever is in it,
    when the client knows digests: else None."""
    found = find(first, PLAYER) if any(first[4:8]) else None
    if not found:
        return bytes(BLOCK), first, None
    base, theirs = found
    block = bytes(4) + VERSION + os.urandom(BLOCK - 8)
    at, ours = seal(block, base, SERVER)
    body = os.urandom(BLOCK - SIZE)
    second = body + mac(mac(SERVER + TAIL, theirs), body)
    return block[:at] + ours + block[at + SIZE :], second, ours


def kind(ours, last):
    """How a client has shaken hands whose C2 is @last."""
    if not ours:
        return "plain"
    signed = mac(mac(PLAYER + TAIL, ours), last[:-SIZE])
    return "digest" if last[-SIZE:] == signed else "echo"
