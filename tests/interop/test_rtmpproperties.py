# SPDX-License-Identifier: LGPL-2.1-or-later
"""The properties of Debian's RTMP elements are properties of ours, and what
differs does so on purpose: docs/rtmp.md has the same list."""

import os
import re
import subprocess

from harness import place
from harness.flv import FlvCase

NAME = re.compile(r"^  ([a-z][a-z0-9-]*) +: ")
KIND = re.compile(
    r"^ {10,}(Unsigned Integer64|Unsigned Integer|Integer64|Integer|String|Boolean|Enum|Flags|Boxed)"
)
RANGE = re.compile(r"Range: (-?\d+) - (-?\d+)")
DEFAULT = re.compile(r"Default: (.*?) *(?:Write only)?$")

# Of what Debian's has: property, and what ours says instead.
CONNECTION = {"timeout": "10", "flash-version": "null"}
RTMP2 = {
    "rtmpsrc": CONNECTION | {"idle-timeout": "90", "do-timestamp": "true"},
    "rtmpsink": CONNECTION | {"chunk-size": "4096"},
}
LOCATION = {"location": '"rtmp://localhost/live/myStream"'}
LIBRTMP = {
    "rtmpsrc": LOCATION | {"timeout": "10", "do-timestamp": "true"},
    "rtmpsink": LOCATION,
}
# librtmp's says it in signed numbers.
OTHER_KINDS = {("rtmpsrc", "timeout")}


class RtmpProperties(FlvCase):
    seconds = 5

    def inspect(self, element, env):
        """The properties of an element: kind, range and default."""
        command = [place.program("gst-inspect-1.0"), element]
        text = subprocess.run(command, env=env, capture_output=True, text=True, check=False).stdout
        found, name = {}, None
        for line in text.partition("Element Properties:")[2].splitlines():
            if match := NAME.match(line):
                name = match[1]
            elif name and (match := KIND.match(line)):
                span, default = RANGE.search(line), DEFAULT.search(line)
                found[name] = (
                    match[1],
                    tuple(map(int, span.groups())) if span else None,
                    default and default[1],
                )
                name = None
        self.assertIn("name", found, text)
        del found["name"]
        return found

    def inspect_theirs(self, element):
        registry = os.path.join(self.class_dir, "theirs.bin")
        env = place.gst_env(self.class_dir, GST_PLUGIN_PATH_1_0="", GST_REGISTRY_1_0=registry)
        return self.inspect(element, env)

    def compare(self, element, theirs, differs, other_kinds=()):
        ours = self.inspect(element, place.gst_env(self.class_dir))
        self.assertIn("reconnect", ours)
        self.assertEqual(set(), theirs.keys() - ours.keys())
        for name, (kind, span, default) in theirs.items():
            our_kind, our_span, our_default = ours[name]
            with self.subTest(element=element, property=name):
                if (element, name) not in other_kinds:
                    self.assertEqual(kind, our_kind)
                if span:
                    self.assertLessEqual(our_span[0], span[0])
                    self.assertGreaterEqual(our_span[1], span[1])
                self.assertEqual(differs.get(name, default), our_default)
                self.assertTrue(name not in differs or default != our_default)

    def test_those_of_rtmp2(self):
        for element, theirs in (("rtmpsrc", "rtmp2src"), ("rtmpsink", "rtmp2sink")):
            self.compare(element, self.inspect_theirs(theirs), RTMP2[element])

    def test_those_of_librtmp(self):
        for element in ("rtmpsrc", "rtmpsink"):
            self.compare(element, self.inspect_theirs(element), LIBRTMP[element], OTHER_KINDS)
