"""Who may call the sandbox Splunk: tokens, passwords and session keys, and the two kinds of 401."""

import base64
import binascii
import secrets
from dataclasses import dataclass, field

from bot.sandbox.scenario import Account
from bot.sandbox.splunk_reply import Call, Refused, Reply, pair

_NO_TOKEN = Refused(401, "WARN", "call not properly authenticated")
_NO_PASSWORD = Refused(401, "ERROR", "Unauthorized", {"WWW-Authenticate": 'Basic realm="/splunk"'})


@dataclass(slots=True)
class Access:
    """The account's keys, and the sessions begun so far."""

    account: Account
    sessions: set[str] = field(default_factory=set)

    def check(self, call: Call, *, expired: bool) -> None:
        """Raise Refused unless the call carries a key that is known and, while *expired*, none is."""
        scheme, _, key = call.authorization.partition(" ")
        if scheme.lower() == "basic":
            if expired or not self._knows_password(key):
                raise _NO_PASSWORD
            return
        known = {"bearer": set(self.account.tokens), "splunk": self.sessions}.get(scheme.lower(), set())
        if expired or not (key.strip() in known or call.cookie_session in self.sessions):
            raise _NO_TOKEN

    def _knows_password(self, key: str) -> bool:
        try:
            return base64.b64decode(key, validate=True).decode() == f"{self.account.name}:{self.account.password}"
        except (binascii.Error, UnicodeDecodeError):
            return False

    def login(self, call: Call) -> Reply:
        """POST auth/login: 400 without a password, 401 with a wrong one, else a session key."""
        name, password = call.parameters.get("username"), call.parameters.get("password")
        if not name or not password:
            raise Refused(400, "WARN", "Login failed")
        if (name, password) != (self.account.name, self.account.password):
            raise Refused(401, "WARN", "Login failed")
        session = secrets.token_hex(16)
        self.sessions.add(session)
        cookie = (
            {"Set-Cookie": f"splunkd_8089={session}; Path=/; HttpOnly"} if call.parameters.get("cookie") == "1" else {}
        )
        return pair(call, 200, "sessionKey", session, cookie)
