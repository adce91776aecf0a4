"""What can go wrong between the bot and Slack, on demand: refusals, limits, broken and lost answers, held calls."""

import asyncio
import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from bot.sandbox.slack.calls import Call
from bot.sandbox.slack.errors import SlackRefusal, invalid_blocks


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure of one call: a refusal, a bare HTTP answer, or no answer; *applied* when Slack did its work first."""

    refusal: SlackRefusal | None = None
    status: int | None = None
    page: str = ""
    applied: bool = False


@dataclass(slots=True)
class Gate:
    """A held call: `arrived` is set when it came; it goes on once `open` is set."""

    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    open: asyncio.Event = field(default_factory=asyncio.Event)


class Faults:
    """Faults wait per method and are used up in the order they were asked for; "*" stands for any method.

    While `down`, every new connection is cut; sockets that are open stay until slack.drop_sockets().
    """

    def __init__(self) -> None:
        self.down = False
        self.unknown_blocks: set[str] = set()  # types that this workspace does not take yet, such as "plan"
        self._waiting: dict[str, deque[Fault]] = defaultdict(deque)
        self._gates: dict[str, deque[Gate]] = defaultdict(deque)

    def fail(self, method: str, error: str, *, times: int = 1, applied: bool = False) -> None:
        """Answer the next *times* calls with Slack's error code *error*."""
        self._add(method, Fault(SlackRefusal(error), applied=applied), times)

    def rate_limit(self, method: str, *, retry_after_s: int = 1, times: int = 1) -> None:
        self._add(method, Fault(rate_limited(retry_after_s)), times)

    def answer(self, method: str, status: int, page: str = "", *, times: int = 1, applied: bool = False) -> None:
        """Answer with a bare status and *page*, as a proxy or a broken Slack does."""
        self._add(method, Fault(status=status, page=page, applied=applied), times)

    def drop(self, method: str, *, applied: bool = False, times: int = 1) -> None:
        """Cut the connection without an answer; *applied* for "it was done, but the answer got lost"."""
        self._add(method, Fault(applied=applied), times)

    def hold(self, method: str) -> Gate:
        """Hold the next call of *method* until its gate is opened."""
        gate = Gate()
        self._gates[method].append(gate)
        return gate

    def clear(self) -> None:
        self.down = False
        self.unknown_blocks.clear()
        self._waiting.clear()
        for gates in self._gates.values():
            for gate in gates:
                gate.open.set()
        self._gates.clear()

    async def pass_gate(self, method: str) -> None:
        if gates := self._gates.get(method):
            gate = gates.popleft()
            gate.arrived.set()
            await gate.open.wait()

    def check_blocks(self, call: Call) -> None:
        """Raise the refusal of a message with blocks that this workspace does not take."""
        blocks = call.args.get("blocks") or ()
        found = [index for index, block in enumerate(blocks) if block.get("type") in self.unknown_blocks]
        if found:
            raise invalid_blocks([f"unsupported type [json-pointer:/blocks/{index}/type]" for index in found])

    def next(self, method: str) -> Fault | None:
        if self.down:
            return Fault()
        for name in (method, "*"):
            if waiting := self._waiting.get(name):
                return waiting.popleft()
        return None

    def _add(self, method: str, fault: Fault, times: int) -> None:
        self._waiting[method].extend([fault] * times)


def rate_limited(retry_after_s: int) -> SlackRefusal:
    return SlackRefusal("ratelimited", status=429, retry_after_s=retry_after_s)


POSTS_PER_S = 1.0  # a channel. Source: docs.slack.dev/apis/web-api/rate-limits, chat.postMessage
POSTS_AT_ONCE = 4  # "short bursts" are allowed, without a number; this one is ours


class RateLimits:
    """Buckets that refill with time, one per method and for posts one per channel."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}

    def check(self, call: Call, per_minute: int | None) -> None:
        """Raise the 429 that Slack gives once the bucket of *call* is empty."""
        if call.method == "chat.postMessage":
            self._take(f"{call.method} {call.text('channel')}", call.at, POSTS_AT_ONCE, POSTS_PER_S)
        elif per_minute is not None:
            self._take(call.method, call.at, per_minute, per_minute / 60)

    def _take(self, name: str, at: float, capacity: int, per_s: float) -> None:
        left, since = self._buckets.get(name, (float(capacity), at))
        left = min(capacity, left + (at - since) * per_s)
        if left < 1:
            self._buckets[name] = (left, at)
            raise rate_limited(max(1, math.ceil((1 - left) / per_s)))
        self._buckets[name] = (left - 1, at)
