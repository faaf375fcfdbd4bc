# SPDX-License-Identifier: LGPL-2.1-or-later
"""Foreign clients at a server's signalling."""

from harness import token
from harness.case import InteropCase
from harness.child import called
from harness.peers import Subscriber


class Signalling(InteropCase):
    def test_two_clients_see_each_other_come_and_go(self):
        first = self.subscriber(identity="ann")
        second = self.subscriber(identity="bob")
        first.wait(called("participant-joined", identity="bob"))
        second.tell("leave")
        first.wait(called("participant-left", identity="bob"))
        self.assertEqual(second.wait_exit(), 0)

    def test_hidden_one_is_not_seen(self):
        first = self.subscriber(identity="ann")
        hidden = self._keep(
            Subscriber("hidden", self.server.url, self.token("spy", hidden=True), self.logs)
        )
        hidden.wait_connected()
        second = self.subscriber(identity="bob")
        first.wait(called("participant-joined", identity="bob"))
        for seer in (first, second):
            self.assertFalse(seer.find(called("participant-joined", identity="spy")))

    def test_second_of_an_identity_puts_the_first_out(self):
        first = self.subscriber(identity="ann")
        second = self.subscriber(identity="ann")
        first.wait(called("disconnected", reason="DUPLICATE_IDENTITY"))
        self.assertIsNone(second.returncode)


class Secrets(InteropCase):
    only = ("own", "what is in a log is our affair")

    def test_wrong_secret_is_refused_and_not_logged(self):
        wrong = token.join(self.server.key, "not the secret", self.room, "ann")
        refused = self._keep(Subscriber("refused", self.server.url, wrong, self.logs))
        refused.wait(called("connect-failed"))
        told = self.server.child.wait(called("refused", status=401))
        self.assertNotIn("identity", told, "who it is was not to be believed")
        log = self.server.child.errors()
        self.assertTrue("refused with 401" in log, "no refusal in the server's log")
        self.assertFalse(wrong in log or self.server.secret in log, "a secret in the log")
