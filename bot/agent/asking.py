"""Asks a model one question with a typed answer: bounded in time, asked again once, told of, translated."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from agents import Agent, MaxTurnsExceeded, ModelBehaviorError, RunConfig, Runner, Tool, TResponseInputItem
from openai import APIStatusError
from pydantic import BaseModel

from bot.agent.model import OpenModel
from bot.agent.reply import ReplySchema
from bot.agent.tracing import Asking, telling
from bot.agent.translation import refuses_schema, translated
from bot.errors import ModelError
from bot.ports import Observer

T = TypeVar("T", bound=BaseModel)
_TURNS_WITH_TOOLS = 6  # a tool or two, an answer, and some slack; a model in a loop ends here
_MOST_QUOTED = 2000  # characters of an unreadable reply that the model is shown again


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """What is asked, and the type that the answer must have."""

    name: str
    instructions: str
    data: str
    answer: type[T]
    tools: Sequence[Tool] = ()


class _Unreadable(Exception):
    def __init__(self, reply: str, fault: str) -> None:
        super().__init__(fault)
        self.reply, self.fault = reply, fault


async def ask(model: OpenModel, question: Question[T], run_id: str, task_id: str | None, tell: Observer) -> T:
    """Return the model's answer. Raises ModelError.

    A reply that cannot be read is asked for once more, with what is wrong about it.
    """
    access = model.access
    with translated(access), telling(Asking(tell, run_id, task_id, access.model)):
        async with asyncio.timeout(access.time_limit_s):
            asked: list[TResponseInputItem] = [{"role": "user", "content": question.data}]
            try:
                return await _once(model, question, asked, run_id)
            except _Unreadable as first:
                asked += [
                    {"role": "assistant", "content": first.reply[:_MOST_QUOTED] or "(nothing)"},
                    {"role": "user", "content": _again(first.fault)},
                ]
            try:
                return await _once(model, question, asked, run_id)
            except _Unreadable as second:
                raise ModelError(
                    f"The model {access.model} replied twice with something that cannot be used ({second.fault}). "
                    "Another model may do better: see OPENAI_MODEL."
                ) from second


def _again(fault: str) -> str:
    return f"Your reply could not be used: {fault}. Reply again, with the JSON object only."


async def _once(model: OpenModel, question: Question[T], asked: list[TResponseInputItem], run_id: str) -> T:
    """Ask; where the endpoint turns the schema down, ask without, now and from then on."""
    try:
        return await _run(model, question, asked, run_id)
    except APIStatusError as error:
        if not model.takes_schema or not refuses_schema(error):
            raise
    model.takes_schema = False
    return await _run(model, question, asked, run_id)


async def _run(model: OpenModel, question: Question[T], asked: list[TResponseInputItem], run_id: str) -> T:
    schema = ReplySchema(question.answer, offered=model.takes_schema)
    agent = Agent(  # a new one each time: a shared one slows down with the runs at once
        name=question.name,
        instructions=question.instructions,
        model=model.sdk,
        model_settings=model.settings,
        output_type=schema,
        tools=list(question.tools),
    )
    config = RunConfig(
        workflow_name="Troubleshooter",
        group_id=run_id or None,
        trace_include_sensitive_data=False,
        tool_not_found_behavior="return_error_to_model",
    )
    turns = _TURNS_WITH_TOOLS if question.tools else 1
    try:
        answer = (await Runner.run(agent, asked, max_turns=turns, run_config=config)).final_output
        return answer if isinstance(answer, question.answer) else schema.validate_json(str(answer or ""))
    except ModelBehaviorError as error:
        if schema.fault is None:
            raise
        raise _Unreadable(schema.reply, schema.fault) from error
    except MaxTurnsExceeded as error:
        fault = "there is no answer after all tool calls" if question.tools else "the reply is empty"
        raise _Unreadable("", fault) from error
