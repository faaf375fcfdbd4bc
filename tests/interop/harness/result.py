# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tells what becomes of each test: one JSON object a line."""

import json
import time
import traceback
import unittest

from .units import short


class Result(unittest.TestResult):
    def __init__(self, server):
        super().__init__()
        self._server = server
        self._began = None

    def startTest(self, test):
        super().startTest(test)
        self._began = time.monotonic()

    def stopTest(self, test):
        super().stopTest(test)
        self._began = None

    def _say(self, word, test, text=""):
        event = {"event": "test", "word": word, "name": short(test, self._server), "text": text}
        if self._began is not None:
            event["took"] = time.monotonic() - self._began
        print(json.dumps(event), flush=True)

    def addSuccess(self, test):
        self._say("ok", test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._say("SKIP", test, f": {reason}")

    def _failed(self, test, err, part=""):
        text = "".join(traceback.format_exception(*err))
        where = getattr(test, "logs", None)
        self._say("FAIL", test, f"{part}\n{text}" + (f"logs: {where}" if where else ""))

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._failed(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._failed(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._failed(test, err, f" {subtest._subDescription()}")
