# SPDX-License-Identifier: LGPL-2.1-or-later
"""The servers that the tests are run against, by name."""

from .ownserver import OwnServer
from .server import LiveKitServer

SERVERS = {
    "livekit": LiveKitServer,
    "own": OwnServer,
}
NAMES = tuple(SERVERS)
