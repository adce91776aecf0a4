"""Watches one pass through the SDK's loop, and ends it as soon as a reply is of no use."""

from collections.abc import Iterable
from typing import Any

from agents import ModelResponse, RunHooks, Tool, TResponseInputItem

from bot.agent.hearing import Heard
from bot.agent.meter import Meter
from bot.domain.spending import Spent

_TOOL_USE = ("function_call", "function_call_output")
SEARCHING = frozenset({"search", "describe"})  # tools that search Splunk
_EMPTY = "the reply is empty"
_CUT = "it was cut off at the token limit, so be much shorter"


class Unreadable(Exception):
    """A reply that cannot be used: what it said, what is wrong, and which tools had been used by then."""

    def __init__(self, reply: str, fault: str, done: Iterable[TResponseInputItem] = ()) -> None:
        super().__init__(fault)
        self.cut = fault == _CUT
        self.reply, self.fault = reply, fault
        self.done = [item for item in done if item.get("type") in _TOOL_USE]


class Withheld(Exception):
    """A content filter took the reply, or part of it, away."""


class ErrorInstead(Exception):
    """The endpoint answered that all is well (HTTP 200), with an error in place of a reply."""


class WebPage(Exception):
    """A web page came where a reply should have, with this HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"a web page, HTTP {status}")
        self.status = status


class Watch(RunHooks[Any]):  # its methods' arguments are the SDK's
    """Remembers what the model was last sent, and judges what comes back before the SDK goes on with it."""

    def __init__(self, heard: Heard, meter: Meter, run_id: str) -> None:
        self.sent: list[TResponseInputItem] = []
        self._heard = heard
        self._meter, self._run_id = meter, run_id

    async def on_llm_start(self, _c: Any, _a: Any, _instructions: str | None, input_items: list[Any]) -> None:
        """Remember the conversation so far. Raises ModelError when a budget is used up."""
        self._meter.check(self._run_id)
        self.sent = list(input_items)

    async def on_llm_end(self, _c: Any, _a: Any, response: ModelResponse) -> None:
        """Raise Unreadable or Withheld, rather than let the SDK read half a reply or ask again for an empty one."""
        said = "".join(_texts(response))
        self.heed(said)
        acts = any(item.type not in {"message", "reasoning"} for item in response.output)
        if not acts and not said.strip() and not _refuses(response):
            raise self.unreadable("", _EMPTY)

    async def on_tool_start(self, _c: Any, _a: Any, tool: Tool) -> None:
        """Count a search. Raises ModelError when the budget of those is used up."""
        if tool.name in SEARCHING:
            self._meter.check(self._run_id, searching=True)
            self._meter.count(self._run_id, Spent(searches=1))

    def heed(self, said: str = "") -> None:
        """Raise what was heard of the last response and the SDK does not say, if it is of no use."""
        if self._heard.page is not None:
            raise WebPage(self._heard.page)
        if self._heard.ending == "an error":
            raise ErrorInstead
        if self._heard.ending == "withheld":
            raise Withheld
        if self._heard.ending == "cut":
            raise self.unreadable(said, _CUT)

    def unreadable(self, reply: str, fault: str) -> Unreadable:
        """Return what to raise about *reply*."""
        return Unreadable(reply, fault, self.sent)


def _texts(response: ModelResponse) -> Iterable[str]:
    for item in response.output:
        if item.type == "message":
            yield from (part.text for part in item.content if part.type == "output_text")


def _refuses(response: ModelResponse) -> bool:
    messages = (item for item in response.output if item.type == "message")
    return any(part.type == "refusal" for item in messages for part in item.content)
