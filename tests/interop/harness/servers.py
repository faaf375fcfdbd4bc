# SPDX-License-Identifier: LGPL-2.1-or-later
"""The servers that the tests are run against, by name."""

from .ownserver import SignalServer
from .server import LiveKitServer

SERVERS = {
    "livekit": LiveKitServer,
    "signals": SignalServer,
}
# What a class is run against that does not say otherwise.
NAMES = ("livekit",)
