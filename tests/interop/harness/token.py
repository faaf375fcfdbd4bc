# SPDX-License-Identifier: LGPL-2.1-or-later
"""Access tokens of every kind, right and wrong. Made here by hand, so that a
test can make one that no library would."""

import base64
import hashlib
import hmac
import json
import time


def _encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def sign(claims, secret):
    head = _encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = _encode(json.dumps(claims).encode())
    mac = hmac.new(secret.encode(), f"{head}.{body}".encode(), hashlib.sha256)
    return f"{head}.{body}.{_encode(mac.digest())}"


def join(key, secret, room, identity, ttl=3600, **grants):
    """A token that joins. Grants as in the JWT: canPublish=False, ..."""
    now = int(time.time())
    claims = {
        "iss": key,
        "sub": identity,
        "nbf": now - 3600,
        "exp": now + ttl,
        "video": {"roomJoin": True, "room": room, **grants},
    }
    return sign(claims, secret)
