# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where things are, and what a test may use."""

import os
import shutil
import socket
import subprocess
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(os.path.dirname(HERE))
PEERS = os.path.join(TESTS, "support", "subscriber")
BROWSER = os.path.join(TESTS, "support", "browser")

_cache_home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
CACHE = os.path.join(_cache_home, "gst-room-rtmp")


class Missing(unittest.SkipTest):
    """A foreign peer that is not installed."""


def build():
    """The build directory, named to `run`."""
    return os.environ["INTEROP_BUILD"]


def livekit_server():
    path = os.environ.get("LIVEKIT_SERVER") or os.path.join(CACHE, "bin", "livekit-server")
    if not os.access(path, os.X_OK):
        raise Missing(f"no livekit-server (neither LIVEKIT_SERVER nor {path})")
    return path


def node(script):
    """The command that runs one of our Node programs."""
    program = shutil.which("node")
    if not program:
        raise Missing("node is not installed")
    if not os.path.isdir(os.path.join(PEERS, "node_modules", "@livekit", "rtc-node")):
        raise Missing(f"npm packages are not installed in {PEERS}")
    return [program, os.path.join(PEERS, script)]


def browser(script):
    """The command that runs a Node program which drives Chromium."""
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    if not os.access(path, os.X_OK):
        raise Missing(f"no {path}")
    if not os.path.isdir(os.path.join(BROWSER, "node_modules", "playwright-core")):
        raise Missing(f"npm packages are not installed in {BROWSER}")
    return [program("node"), os.path.join(BROWSER, script)]


def ffmpeg8():
    """The command that runs FFmpeg 8.1, which Debian does not have."""
    packages = os.path.join(CACHE, "ffmpeg8")
    if not os.path.isdir(os.path.join(packages, "node_modules", "node-av")):
        raise Missing(f"npm packages are not installed in {packages}")
    return [program("node"), os.path.join(TESTS, "support", "ffmpeg8", "ffmpeg8.mjs"), packages]


def artefacts():
    """Where pictures are kept for whoever looks at a run."""
    path = os.path.join(build(), "interop-artefacts")
    os.makedirs(path, exist_ok=True)
    return path


def program(name):
    path = shutil.which(name)
    if not path:
        raise Missing(f"{name} is not installed")
    return path


def built(*parts):
    path = os.path.join(build(), *parts)
    if not os.path.exists(path):
        raise Missing(f"{os.path.join(*parts)} is not built")
    return path


def gst_env(log_dir, **more):
    """An environment for GStreamer programs: our plugin, our own registry."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("LIVEKIT_")}
    env.update(
        GST_PLUGIN_PATH_1_0=":".join(os.path.join(build(), "gst", n) for n in ("room", "rtmp")),
        GST_REGISTRY_1_0=os.path.join(build(), "interop-registry.bin"),
        GST_DEBUG=os.environ.get("GST_DEBUG", "roompublish:6,room*:6,livekit*:5,life*:4,2"),
        GST_DEBUG_NO_COLOR="1",
        GST_DEBUG_DUMP_DOT_DIR=log_dir,
        GSETTINGS_BACKEND="memory",
        GIO_USE_VFS="local",
        LC_ALL="C.UTF-8",
        no_proxy="127.0.0.1,localhost",
    )
    env.update(more)
    return env


def fill_registry():
    """Lets GStreamer look at its plugins once, not in several programs at a
    time that all wait for it."""
    inspect = shutil.which("gst-inspect-1.0")
    if inspect:
        subprocess.run(
            [inspect, "fakesink"], env=gst_env(build()), stdout=subprocess.DEVNULL, check=False
        )


def own_address():
    """An IPv4 address of this machine, a real interface's when there is one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            return probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"


def free_port(kind=socket.SOCK_STREAM, address="127.0.0.1"):
    """A port of `address` that was free a moment ago."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]
