"""What goes to Splunk's REST API and what comes back: shapes only, nothing is sent here.

Facts: Splunk's REST API reference (RESTsearch), and measurements on splunkd 10.4 and 10.6 by public projects.
"""

import html
import json
import math
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.domain.evidence import SearchQuery

SID_PREFIX = "troubleshooter_"  # how an admin finds our searches in _audit (search_id=troubleshooter_*)
IDLE_LIMIT_S = 60  # Splunk itself cancels a job that nobody asks about for so long: the net under our own cancel
KEEP_S = 300  # how long a finished job stays on the search head
AFTER_OUR_LIMIT_S = 10  # Splunk finalizes later than we cancel: a limit ends a search in one way only

_XML_MESSAGE = re.compile(r'<msg\b[^>]*?\btype="(\w+)"[^>]*>(.*?)</msg>', re.DOTALL)
_XML_SID = re.compile(r"<sid>([^<]+)</sid>")
_LOUD = frozenset({"WARN", "ERROR", "FATAL"})
_SUBSTITUTED = re.compile(r"timerange was substituted", re.IGNORECASE)  # an INFO: times in the SPL overrode ours
_INCOMPLETE = re.compile(
    r"\bpeers?\b|\bindexers?\b|incomplete|partial|truncat|auto-?finali[sz]ed|could not be (?:searched|reached)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, read to its end or to a bound (`cut`)."""

    status: int
    body: bytes = b""
    content_type: str = ""
    retry_after_s: float | None = None
    cut: bool = False


class Message(BaseModel):
    """What Splunk says beside an answer; type is DEBUG, INFO, WARN, ERROR or FATAL."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: str = "INFO"
    text: str = ""

    @property
    def is_fatal(self) -> bool:
        return self.type.upper() == "FATAL"

    @property
    def worth_showing(self) -> bool:
        return self.type.upper() in _LOUD or self.tells_of_gaps or bool(_SUBSTITUTED.search(self.text))

    @property
    def tells_of_gaps(self) -> bool:
        """Whether rows may be missing: any ERROR (a lookup, a subsearch), or a word about a peer or a limit.

        A dead peer leaves a search DONE and not failed; its message is the only sign.
        """
        return self.type.upper() in {"ERROR", "FATAL"} or bool(_INCOMPLETE.search(self.text))


class JobState(BaseModel):
    """A search job's `content`; JSON has booleans and numbers, some proxies and old versions "1" and "0"."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    dispatch_state: str = Field("", alias="dispatchState")
    is_done: bool = Field(False, alias="isDone")
    is_failed: bool = Field(False, alias="isFailed")
    is_zombie: bool = Field(False, alias="isZombie")
    is_finalized: bool = Field(False, alias="isFinalized")
    result_count: int = Field(0, alias="resultCount")
    scan_count: int = Field(0, alias="scanCount")
    messages: tuple[Message, ...] = ()

    @property
    def queued(self) -> bool:
        return self.dispatch_state == "QUEUED"

    @property
    def over(self) -> bool:
        return self.is_done or self.failed

    @property
    def failed(self) -> bool:
        ended_badly = self.dispatch_state == "FAILED" or self.dispatch_state.endswith("_CANCEL")
        return self.is_failed or self.is_zombie or ended_badly


def epoch(moment_s: float) -> str:
    """Return a time bound in a form that Splunk is sure to read: one that it cannot read is dropped in silence."""
    return f"{moment_s:.6f}".rstrip("0").rstrip(".")


def new_sid(now_s: float) -> str:
    """Return our own id for a search, known before it is sent: so it can be cancelled even if no answer came."""
    return f"{SID_PREFIX}{now_s:.0f}_{secrets.token_hex(6)}"


def job_form(spl: str, query: SearchQuery, sid: str) -> dict[str, str]:
    """Return the form that begins a search.

    `smart` and not `fast`: a search over events then has the same fields as an admin sees in Splunk Web.
    One row more than wanted, to know whether there were more.
    """
    return {
        "search": spl,
        "id": sid,
        "earliest_time": epoch(query.window.earliest),
        "latest_time": epoch(query.window.latest),
        "exec_mode": "normal",
        "adhoc_search_level": "smart",
        "max_count": str(query.max_rows + 1),
        "max_time": str(math.ceil(query.time_limit_s) + AFTER_OUR_LIMIT_S),
        "auto_cancel": str(IDLE_LIMIT_S),
        "timeout": str(KEEP_S),
        "output_mode": "json",
    }


def poll_waits() -> Iterator[float]:
    """Yield how long to wait before each next look, in seconds: most searches are short, a few are long."""
    wait_s = 0.05
    while True:
        yield wait_s
        wait_s = min(1.0, wait_s * 1.6)


def decode(body: bytes) -> Any:
    """Return the JSON of *body*. Raises ValueError. Bytes that are no UTF-8 (raw events hold them) are replaced."""
    return json.loads(body.decode("utf-8", "replace"))


def messages_of(body: bytes) -> tuple[Message, ...]:
    """Return what an answer says, JSON or XML (some errors stay XML whatever output_mode asks); () for neither."""
    try:
        answer = decode(body)
    except ValueError:
        text = body.decode("utf-8", "replace")
        return tuple(Message(type=kind, text=html.unescape(said).strip()) for kind, said in _XML_MESSAGE.findall(text))
    said = answer.get("messages") if isinstance(answer, dict) else None
    return as_messages(said)


def as_messages(said: Any) -> tuple[Message, ...]:
    """Return the messages in a decoded answer's `messages`; () where it is nothing of the kind."""
    if not isinstance(said, list):
        return ()
    return tuple(
        Message(type=str(one.get("type", "INFO")), text=str(one.get("text", "")))
        for one in said
        if isinstance(one, dict)
    )


def sid_of(body: bytes) -> str:
    """Return the id of a search just begun. Raises ValueError where the answer holds none."""
    try:
        answer = decode(body)
    except ValueError:
        if found := _XML_SID.search(body.decode("utf-8", "replace")):
            return found.group(1)
        raise
    if isinstance(answer, dict) and isinstance(answer.get("sid"), str):
        return str(answer["sid"])
    raise ValueError("no sid in the answer")


def entries(body: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Return the name and content of each entry of Splunk's usual envelope. Raises ValueError for anything else."""
    answer = decode(body)
    if not isinstance(answer, dict) or not isinstance(answer.get("entry"), list):
        raise ValueError("no entries in the answer")  # noqa: TRY004  # a wrong answer, not a wrong argument
    return [(str(one.get("name", "")), one.get("content") or {}) for one in answer["entry"] if isinstance(one, dict)]


def job_state(body: bytes) -> JobState:
    """Return how a search stands. Raises ValueError (pydantic's is one) where the answer does not say."""
    found = entries(body)
    if not found:
        raise ValueError("no job in the answer")
    return JobState.model_validate(found[0][1])


def without_repeats(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Return each message once: the job and every page of its results repeat them."""
    return tuple(dict.fromkeys(messages))
