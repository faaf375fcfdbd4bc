# SPDX-License-Identifier: LGPL-2.1-or-later
"""The peer of the benchmark: livekitwebrtcsink of the crate gst-plugin-webrtc.

Built by cargo into the cache once; that takes some minutes.
"""

import json
import os
import shutil
import subprocess

# The newest one that is content with GStreamer 1.22.
CRATE, VERSION = "gst-plugin-webrtc", "0.15.4"
FEATURES = "livekit,rustls-ring"
LIBRARY = "libgstrswebrtc.so"

MANIFEST = f"""\
[package]
name = "fetch"
version = "0.1.0"
edition = "2021"
[lib]
path = "lib.rs"
[dependencies]
{CRATE} = "={VERSION}"
"""


def folder(cache):
    return os.path.join(cache, "peer", f"{CRATE}-{VERSION}")


def plugin_path(cache):
    """The folder with the built plugin, or None. ROOM_BENCH_PEER names another."""
    for path in (os.environ.get("ROOM_BENCH_PEER"), os.path.join(folder(cache), "target", "release")):
        if path and os.path.exists(os.path.join(path, LIBRARY)):
            return path
    return None


def _source(work):
    """Lets cargo fetch the crate; its unpacked source."""
    fetch = os.path.join(work, "fetch")
    os.makedirs(fetch, exist_ok=True)
    with open(os.path.join(fetch, "Cargo.toml"), "w", encoding="utf-8") as out:
        out.write(MANIFEST)
    open(os.path.join(fetch, "lib.rs"), "w", encoding="utf-8").close()
    found = subprocess.run(
        ["cargo", "metadata", "--format-version", "1"],
        cwd=fetch,
        capture_output=True,
        text=True,
        check=True,
    )
    for package in json.loads(found.stdout)["packages"]:
        if package["name"] == CRATE and package["version"] == VERSION:
            return os.path.dirname(package["manifest_path"])
    raise RuntimeError(f"cargo does not know {CRATE} {VERSION}")


def build(cache):
    """Builds the peer unless it is there; the folder with the plugin."""
    path = plugin_path(cache)
    if path:
        return path
    if not shutil.which("cargo"):
        raise RuntimeError("cargo is not installed: no peer")
    work = folder(cache)
    source = os.path.join(work, "source")
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(_source(work), source)
    print(f"building {CRATE} {VERSION}, log in {work}/build.log", flush=True)
    with open(os.path.join(work, "build.log"), "wb") as log:
        subprocess.run(
            ["nice", "cargo", "build", "--release", "--lib", "--no-default-features"]
            + ["--features", FEATURES, "--target-dir", os.path.join(work, "target")],
            cwd=source,
            stdout=log,
            stderr=log,
            check=True,
        )
    path = plugin_path(cache)
    if not path:
        raise RuntimeError(f"cargo made no {LIBRARY}")
    return path
