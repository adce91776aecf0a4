"""What an agent may call while it reads a task: guarded searches, and rows that the run has already. Data, fenced."""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any, Literal

from agents import FunctionTool
from agents.tool_context import ToolContext
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.agent.fence import cut, fenced, shaped
from bot.errors import BotError, StoreError, UnsafeSearch
from bot.ports import AgentSearch, ProbeRows
from bot.safety.masking import mask
from bot.safety.privacy import SECRETS_ONLY, Privacy

ROWS_BUDGET = 6_000  # bytes of rows that one call returns
MOST_CALLS = 12  # of one task, whatever they are; a model that wants more is in a loop
_MOST_NAMES = 100
_DONE = "not done: you have called enough tools; answer now from what you have seen"


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="ignore", str_max_length=10_000)


class Search(_Arguments):
    """Run one search and get its rows, with an id to cite."""

    spl: str = Field(description="It must name an index, and may only read: search, tstats, stats, rest and the like.")
    earliest: str = Field("-60m", description="Start of the window, as Splunk writes it: -60m, -4h@h, an epoch.")
    latest: str = Field("now", description="End of the window.")


class ListIndexes(_Arguments):
    """List the names of the indexes that can be searched."""


class Describe(_Arguments):
    """Count the last day's events of one index, sourcetype or host by what stands beside it, with an id to cite."""

    kind: Literal["index", "sourcetype", "host"]
    name: str


class ShowEvidence(_Arguments):
    """Show the rows of a search that this run has done already."""

    id: str = Field(description="Such as E3.")


@cache
def _schema(takes: type[BaseModel]) -> dict[str, Any]:
    return takes.model_json_schema()  # milliseconds each


class Toolbox:
    """One task's tools. `seen` grows with what they show, so that it can be cited."""

    def __init__(self, look: AgentSearch, seen: dict[str, ProbeRows], privacy: Privacy = SECRETS_ONLY) -> None:
        self._look = look
        self.seen = seen
        self._privacy = privacy
        self._calls = 0

    @property
    def tools(self) -> list[FunctionTool]:
        """The tools as the SDK takes them; made by hand, since reading signatures costs milliseconds a task."""
        return [
            self._tool("search", Search, self._search),
            self._tool("list_indexes", ListIndexes, self._list_indexes),
            self._tool("describe", Describe, self._describe),
            self._tool("evidence", ShowEvidence, self._evidence),
        ]

    def tool(
        self, name: str, about: str, schema: dict[str, Any], act: Callable[[str], Awaitable[dict[str, Any]]]
    ) -> FunctionTool:
        """Return a tool that does *act* with the JSON that it is given; its calls count with all others."""

        async def invoke(_: ToolContext[Any], given: str) -> str:
            self._calls += 1
            if self._calls > MOST_CALLS:
                return fenced({name: {"answer": _DONE}})[0]
            try:
                answer = await act(given)
            except StoreError:  # what cannot be kept ends the reading: nobody could look at what rests on it
                raise
            except BotError as error:  # the guard's sentence says what to change
                answer = {"not done": cut(str(error), 500)}
            return fenced({name: answer})[0]

        return FunctionTool(name, about, schema, invoke, strict_json_schema=False)

    def _tool(self, name: str, takes: type[BaseModel], act: Callable[[Any], Awaitable[dict[str, Any]]]) -> FunctionTool:
        async def read(given: str) -> dict[str, Any]:
            try:
                arguments = takes.model_validate_json(given or "{}")
            except ValidationError as error:
                first = error.errors(include_url=False, include_input=False)[0]
                return {"not done": f"{'.'.join(map(str, first['loc']))}: {first['msg']}"}
            return await act(arguments)

        return self.tool(name, str(takes.__doc__), _schema(takes), read)

    async def _search(self, given: Search) -> dict[str, Any]:
        self._check_names_nobody(given.spl)
        return self._shown(await self._look.search(given.spl, given.earliest, given.latest))

    async def _describe(self, given: Describe) -> dict[str, Any]:
        self._check_names_nobody(given.name)
        return self._shown(await self._look.describe(given.kind, given.name))

    async def _list_indexes(self, _: ListIndexes) -> dict[str, Any]:
        names = sorted((await self._look.names()).indexes)
        return {"indexes": [cut(name) for name in names[:_MOST_NAMES]], "left_out": max(0, len(names) - _MOST_NAMES)}

    async def _evidence(self, given: ShowEvidence) -> dict[str, Any]:
        entry = self._look.entry(given.id.strip(" []"))
        return self._shown(entry) if entry else {"not done": f"this run has no search {cut(given.id, 20)}"}

    def _check_names_nobody(self, text: str) -> None:
        """Raise UnsafeSearch for a search whose words could not be kept as they are."""
        if mask(text, self._privacy) != text:
            raise UnsafeSearch("The search is not sent: it holds what is hidden, a secret or a person; take that out.")

    def _shown(self, rows: ProbeRows) -> dict[str, Any]:
        self.seen[rows.evidence.id] = rows
        return shaped(rows, ROWS_BUDGET)
