"""One HTTP session to Splunk's management port: signs in, bounds what it reads, tries again where that is safe."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Self

import aiohttp
from yarl import URL

from bot.splunk.access import SplunkAccess
from bot.splunk.faults import Again, fault_in, not_understood, refused_credentials
from bot.splunk.network import fault_of_connection
from bot.splunk.wire import Answer, decode

Pause = Callable[[float], Awaitable[None]]

MAX_TRIES = 4  # a request and three retries, as Splunk's quotas free up within seconds or not at all
MAX_PAUSE_S = 15.0  # of one wait between tries, whatever Retry-After says: an incident is running
GONE_S = 30.0  # how long a Splunk that took no connection is not waited for anew: a run has dozens of searches
MAX_ANSWER_BYTES = 20 * 1024 * 1024  # of one answer held in memory
CONNECT_LIMIT_S = 10.0  # a firewall that drops packets looks like this
SILENCE_LIMIT_S = 30.0  # between two pieces of an answer
REQUEST_LIMIT_S = 120.0  # of one request, whatever happens
IDLE_CONNECTION_S = (
    5.0  # below splunkd's busyKeepAliveIdleTimeout (12 s, server.conf): never a connection it just closed
)
CHUNK_BYTES = 64 * 1024


class SplunkSession:
    """`async with SplunkSession(access) as session`. It keeps cookies: load balancers know our search head by them."""

    def __init__(self, access: SplunkAccess, pause: Pause = asyncio.sleep) -> None:
        self.access = access
        self.pause = pause
        self._session_key: str | None = None
        self._password_refused = False
        self._signing_in = asyncio.Lock()
        self._gone_at: float | None = None  # when the last request gave up for want of a connection

    async def __aenter__(self) -> Self:
        """Open the session; nothing is sent yet. Raises SettingsError for an unusable CA file."""
        self._proxy = self.access.proxy()
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self.access.tls(), keepalive_timeout=IDLE_CONNECTION_S),
            timeout=aiohttp.ClientTimeout(
                total=REQUEST_LIMIT_S, sock_connect=CONNECT_LIMIT_S, sock_read=SILENCE_LIMIT_S
            ),
            headers={"User-Agent": "troubleshooter"},  # as admins find us in splunkd_access.log
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # "unsafe" keeps cookies of hosts that are bare IP addresses too
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def get(
        self, path: str, params: Mapping[str, str] | None = None, max_bytes: int = MAX_ANSWER_BYTES
    ) -> Answer:
        """Read *path* as JSON. Raises SplunkError."""
        return await self.ask("GET", path, {"output_mode": "json", **(params or {})}, max_bytes=max_bytes)

    async def ask(
        self,
        method: str,
        path: str,
        fields: Mapping[str, str],
        *,
        takes: frozenset[int] = frozenset(),
        max_bytes: int = MAX_ANSWER_BYTES,
        max_tries: int = MAX_TRIES,
    ) -> Answer:
        """Send a request and return a good answer, or one whose status the caller *takes*. Raises SplunkError.

        Sent again only where that cannot do a thing twice: it was surely not carried out, or it only reads.
        """
        for attempt in range(1, max_tries + 1):
            cause: Exception | None = None
            try:
                answer = await self._signed(method, path, fields, max_bytes)
                self._gone_at = None
                if answer.status in takes:
                    return answer
                fault = fault_in(answer, self.access)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                cause, fault = error, fault_of_connection(error, self.access)
            if fault is None:
                return answer
            safe = fault.again is Again.ALWAYS or (fault.again is Again.IF_IT_READS and method == "GET")
            no_connection = cause is not None and fault.again is Again.ALWAYS
            if is_gone := no_connection and (attempt == MAX_TRIES or self._was_gone()):
                self._gone_at = time.monotonic()
            if is_gone or not safe or attempt == max_tries:
                raise fault.error from cause
            await self.pause(_pause_s(attempt, fault.after_s))
        raise AssertionError("the last try returns or raises")

    def _was_gone(self) -> bool:
        return self._gone_at is not None and time.monotonic() - self._gone_at < GONE_S

    async def _signed(self, method: str, path: str, fields: Mapping[str, str], max_bytes: int) -> Answer:
        if not self.access.by_password:
            return await self._send(method, path, fields, max_bytes, self._token())
        key = await self._sign_in(None)
        answer = await self._send(method, path, fields, max_bytes, f"Splunk {key}")
        if answer.status != 401:
            return answer
        key = await self._sign_in(key)  # the session expired, or Splunk was restarted
        return await self._send(method, path, fields, max_bytes, f"Splunk {key}")

    def _token(self) -> str:
        return f"Bearer {self.access.token.get_secret_value()}" if self.access.token else ""

    async def _sign_in(self, expired: str | None) -> str:
        """Return a session key other than the *expired* one. A refused password is never sent again."""
        async with self._signing_in:
            if self._password_refused:
                raise refused_credentials(self.access)
            if self._session_key is None or self._session_key == expired:
                self._session_key = await self._login()
            return self._session_key

    async def _login(self) -> str:
        password = self.access.password.get_secret_value() if self.access.password else ""
        fields = {"username": self.access.username or "", "password": password, "output_mode": "json"}
        answer = await self._send("POST", "/services/auth/login", fields, MAX_ANSWER_BYTES, None)
        if answer.status == 401:
            self._password_refused = True
            raise refused_credentials(self.access)
        if fault := fault_in(answer, self.access):
            raise fault.error
        try:
            return str(decode(answer.body)["sessionKey"])
        except (ValueError, KeyError, TypeError) as error:
            raise not_understood(self.access) from error

    async def _send(
        self, method: str, path: str, fields: Mapping[str, str], max_bytes: int, authorization: str | None
    ) -> Answer:
        url = URL(self.access.url.rstrip("/") + path, encoded=True)
        async with self._http.request(
            method,
            url,
            params=fields if method == "GET" else None,
            data=fields if method == "POST" else None,
            headers={"Authorization": authorization} if authorization else None,
            proxy=self._proxy,
            allow_redirects=False,
        ) as response:
            body = bytearray()
            async for chunk in response.content.iter_chunked(CHUNK_BYTES):
                body += chunk
                if len(body) > max_bytes:
                    response.close()  # not read to its end, so the connection cannot be used again
                    break
            return Answer(
                status=response.status,
                body=bytes(body[:max_bytes]),
                content_type=response.content_type,
                retry_after_s=_retry_after_s(response.headers.get("Retry-After")),
                cut=len(body) > max_bytes,
            )


def _retry_after_s(header: str | None) -> float | None:
    """Return a Retry-After in seconds; None for a date, which Splunk does not send."""
    return float(header) if header and header.isascii() and header.isdigit() else None


def _pause_s(attempt: int, after_s: float | None) -> float:
    """Return how long to wait: as asked, else about 1, 2, 4 s, jittered so that many searches don't return at once."""
    wished = after_s if after_s is not None else 2.0 ** (attempt - 1)
    return min(MAX_PAUSE_S, wished) * random.uniform(1.0, 1.25)  # noqa: S311  # jitter, no secret
