"""What a workflow file says: tasks with probes, rules, gaps and guidance, and which finding explains which.

These models are the file format: `workflows/workflow.schema.json` is generated from them, and every description
here is what an editor shows beside the key.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.domain.frozen import Frozen

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
FindingRef = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
Column = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
ColumnType = Literal["text", "number"]
# The time of a probe that says none (a snapshot), and of a person who named none.
DEFAULT_WINDOW: Mapping[str, str] = MappingProxyType({"earliest": "-24h", "latest": "now"})


class Probe(Frozen):
    """A declared, read-only search. Its rows are what the rules judge."""

    spl: Text = Field(
        description='The search. "{index}" and the other parameters are filled in, quoted and escaped, when it is sent.'
    )
    earliest: Line | None = Field(None, description="Start of the time window, as Splunk writes it: -24h, -7d@d.")
    latest: Line | None = Field(None, description="End of the time window: now, @h, +7d.")
    columns: dict[Column, ColumnType] = Field(
        min_length=1, description="The columns that rules may name, each text or number."
    )
    max_rows: int = Field(1000, ge=1, le=10_000, description="Rows beyond this are left in Splunk, and counted as cut.")
    optional: bool = Field(
        default=False, description="Whether the task can still be clear when a parameter of this probe was not named."
    )
    must_show: bool = Field(
        default=False, description="Whether there is always a row, so that none means: this could not be seen."
    )
    unlock: Line | None = Field(
        None, description="What to grant or change when this probe shows nothing or is refused."
    )


class Action(Frozen):
    """What somebody should do about a finding."""

    priority: int = Field(ge=1, le=3, description="1 now, 2 today, 3 when there is time.")
    owner: Line = Field(description="Who can do it: platform, license admin, network.")
    do: Line = Field(description="What to do, as an order.")
    verify: Line | None = Field(None, description="How to see that it worked.")


class Chain(Frozen):
    """Stages that data passes on a host: of a rule's hits there, the one furthest downstream explains the others."""

    column: Column = Field(description="The column that names the stage: name.")
    cause_first: tuple[Line, ...] = Field(
        min_length=1, description="The stages, the furthest downstream first; a * stands for any characters."
    )


class Rule(Frozen):
    """A condition over a probe's rows that makes a finding."""

    id: Id
    over: Id | None = Field(
        None, description="A probe: the rule is asked once for each of its rows, as r. Without it, once for the task."
    )
    when: Line = Field(description="A CEL condition. Numbers are written with a point: r.blocked >= 10.0")
    status: Literal["critical", "warning", "context"] = Field(
        description="context: nothing wrong, but what changed; its probe says when in a number column at, an epoch."
    )
    finding: Line = Field(description="What is wrong, with {columns} of the row.")
    action: Action | None = Field(None, description="What to do about it; only context goes without.")
    needs_whole: bool = Field(
        default=False,
        description="Whether it concludes from what is absent: then it counts only if its searches came back whole, "
        "without a warning, and every gate shows data.",
    )
    host: Column | None = Field(
        None, description="The column that names the host a finding is about; without it host or splunk_server."
    )
    index: Column | None = Field(
        None,
        description="The column that names the index a finding is about, without it index or idx; a finding about "
        "another index than the one that was asked about is told, and is never the cause.",
    )
    chain: Chain | None = Field(None, description="In which order the stages of a host wait for each other.")


class Blind(Frozen):
    """A condition that tells "could not see" from "nothing wrong"."""

    when: Line = Field(description="A CEL condition over the task's probes: licenses.size() == 0")
    status: Literal["not_checked", "inconclusive"] = "not_checked"
    reason: Line = Field(description="What could not be seen.")
    unlock: Line | None = Field(None, description="The grant, capability or fact that mends it.")


class Guidance(Frozen):
    """When a language model, if one is configured, interprets the task, and what it should look for."""

    when: Literal["inconclusive", "always", "never"] = Field(
        "inconclusive", description="inconclusive: only where the rules found nothing wrong and could not say clear."
    )
    guidance: Text
    searches: int = Field(4, ge=0, le=20, description="How many searches of its own the model may send.")


class TaskDefinition(Frozen):
    """One check: what it asks Splunk, and how the answer is judged."""

    id: Id
    title: Line
    why: Line = Field(description="The question this task answers.")
    needs: tuple[Id, ...] = Field((), description="Tasks whose results this one gets; it starts when they are done.")
    gates: tuple[Id, ...] = Field(
        (), description="Probes that must show rows (a count above 0, if they count), or the task is not_checked."
    )
    probes: dict[Id, Probe] = Field({}, description="Searches, by name; `name: common` takes it from common.yml.")
    rules: tuple[Rule, ...] = Field((), description="Judged in order; `- common: id` takes one from common.yml.")
    blind: tuple[Blind, ...] = Field((), description="What makes the task not_checked although no rule hit.")
    agent: Guidance | None = None
    usual_causes: tuple[Line, ...] = ()
    ask: Line | None = Field(None, description="What to ask the person next.")
    facts: tuple[Line, ...] = Field((), description="What an expert knows about this check, with its source.")
    time_limit_s: float = Field(120, gt=0, le=900, description="Counted from the task's first slot in Splunk.")


class Cause(Frozen):
    """Which finding explains which others, so that the report names the cause and not its victims."""

    cause: FindingRef
    explains: tuple[FindingRef, ...] = Field(min_length=1)
    same_host: bool = Field(
        default=False, description="Whether it explains only findings about its own host: a full disk, only its queues."
    )
    because: Line


class CommonParts(Frozen):
    """What common.yml holds: probes and rules that several tasks take, so that they stand, and are asked, once."""

    probes: dict[Id, Probe] = Field({})
    rules: tuple[Rule, ...] = ()


class WorkflowDefinition(Frozen):
    """A whole workflow file. `tasks` is the one source of truth for what runs side by side."""

    id: Id
    title: Line
    about: Line
    words: tuple[Line, ...] = Field((), description="What people type when they mean this workflow.")
    hints: tuple[Line, ...] = Field(
        (), description="Words that fit here but are said of many things; each counts less than any of `words`."
    )
    tasks: tuple[TaskDefinition, ...] = Field(min_length=1, max_length=200)
    causes: tuple[Cause, ...] = ()

    def task(self, task_id: str) -> TaskDefinition:
        """Return the task with *task_id*; KeyError if there is none."""
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise KeyError(task_id)
