"""How often Slack may be called: a bucket per method, and for posts one per channel too; pure, the clock is given.

Slack counts per method, workspace and app: tier 2 is 20+ calls a minute, tier 3 50+, tier 4 100+; chat.postMessage
takes one a second and channel, short bursts aside, and "several hundred" a minute and workspace. Sources:
docs.slack.dev/apis/web-api/rate-limits, and each method's page for its tier. No more than the number that is
promised goes out within any minute, bursts included. Other processes of ours in the workspace draw on the same
limits unseen: Slack's own "slow down" then holds the whole method.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls at once, and then so many a second."""

    at_once: float
    per_s: float


def tier(per_minute: int) -> Rate:
    """Spread a minute's calls so that a burst and what follows it within a minute are together no more than allowed."""
    at_once = per_minute / 5
    return Rate(at_once, (per_minute - at_once) / 60)


POST = "chat.postMessage"
TIER_2, TIER_3, TIER_4 = tier(20), tier(50), tier(100)
RATES: Mapping[str, Rate] = {
    POST: tier(200),  # "several hundred"
    "chat.delete": TIER_3,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.replies": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.getPermalink": TIER_3,  # its limit is "special", without a number
    "files.completeUploadExternal": TIER_4,
    "files.getUploadURLExternal": TIER_4,
    "views.open": TIER_4,
    "views.update": TIER_4,
}
OTHERWISE = TIER_2  # of the methods that a bot like this calls, none is slower
TO_A_CHANNEL = Rate(at_once=3, per_s=1)  # a root, a status, a report; how short a "short burst" is, Slack does not say
A_MOMENT_S = 1e-6  # what rounding leaves of a wait that is over


class Line(NamedTuple):
    """Calls that wait for one another: those of a method, or its posts to one channel."""

    method: str
    channel: str = ""


def line_of(method: str, channel: str) -> Line:
    """Return the line in which a call waits."""
    return Line(method, channel if method == POST else "")


@dataclass(frozen=True, slots=True)
class Bucket:
    """What was *left* of a rate *at* a time, in seconds of any steady clock. At a time to come: nothing goes before."""

    rate: Rate
    left: float
    at: float

    def filled(self, now: float) -> "Bucket":
        """Return the same bucket, later."""
        if now <= self.at:
            return self
        return Bucket(self.rate, min(self.rate.at_once, self.left + (now - self.at) * self.rate.per_s), now)

    def wait_s(self, now: float, ahead: int = 0) -> float:
        """Return how long until a call may go that lets so many others go first."""
        bucket = self.filled(now)
        return bucket.at - now + max(0.0, (ahead + 1 - bucket.left) / bucket.rate.per_s)

    def take(self, now: float) -> "Bucket":
        bucket = self.filled(now)
        return Bucket(bucket.rate, bucket.left - 1, bucket.at)

    def hold(self, until: float) -> "Bucket":
        """Let nothing go before *until*, and then no burst."""
        return self if until <= self.at else Bucket(self.rate, 1.0, until)


class Budget:
    """What was spent, by line. Nothing here waits: it says how long to."""

    def __init__(self, rates: Mapping[str, Rate] = RATES, to_a_channel: Rate = TO_A_CHANNEL) -> None:
        self._rates = rates
        self._to_a_channel = to_a_channel
        self._buckets: dict[Line, Bucket] = {}

    def wait_s(self, line: Line, ahead: Iterable[Line], now: float) -> float:
        """Return how long until a call of *line* may go, after those *ahead* of its method; 0 when it may go now.

        A channel that is busy holds up no other: of those who wait for one, only as many count as it lets go now.
        """
        first = Counter(ahead)
        wait_s = self._bucket(line).wait_s(now, first.pop(line, 0))
        if line.channel:
            ready = sum(min(count, self._ready(each, now)) for each, count in first.items())
            wait_s = max(wait_s, self._bucket(Line(line.method)).wait_s(now, ready))
        return wait_s if wait_s > A_MOMENT_S else 0.0

    def take(self, line: Line, now: float) -> None:
        """Count a call of *line* as gone."""
        for each in {line, Line(line.method)}:
            self._buckets[each] = self._bucket(each).take(now)

    def hold(self, method: str, until: float) -> None:
        """Let no call of *method* go before *until*: Slack said so to one of them."""
        for line in [*(each for each in self._buckets if each.method == method), Line(method)]:
            self._buckets[line] = self._bucket(line).hold(until)

    def interval_s(self, line: Line) -> float:
        """Return how long one call of *line* takes to make room for the next."""
        return 1 / self._rate(line).per_s

    def _ready(self, line: Line, now: float) -> int:
        bucket = self._bucket(line).filled(now)
        return int(bucket.left + A_MOMENT_S) if bucket.at <= now else 0

    def _bucket(self, line: Line) -> Bucket:
        rate = self._rate(line)
        return self._buckets.get(line) or Bucket(rate, rate.at_once, -math.inf)

    def _rate(self, line: Line) -> Rate:
        return self._to_a_channel if line.channel else self._rates.get(line.method, OTHERWISE)
