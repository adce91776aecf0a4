"""Asks a model one question with a typed answer: bounded in time, asked again once, told of, translated."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from agents import Agent, MaxTurnsExceeded, ModelBehaviorError, RunConfig, Runner, Tool, TResponseInputItem
from openai import APIStatusError
from pydantic import BaseModel

from bot.agent.access import ModelAccess
from bot.agent.hearing import hearing
from bot.agent.model import OpenModel
from bot.agent.offer import Offer
from bot.agent.reply import masked, reply_schema
from bot.agent.tracing import Asking, telling
from bot.agent.translation import says_too_long, translated, turned_down
from bot.agent.watching import Unreadable, Watch
from bot.errors import ModelAway, ModelError
from bot.ports import Observer

T = TypeVar("T", bound=BaseModel)
_TURNS_WITH_TOOLS = 6  # a tool or two, an answer, and some slack; a model in a loop ends here
_MOST_QUOTED = 2000  # characters of an unreadable reply that the model is shown again
_NO_ANSWER = "it calls tools and gives no answer"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """What is asked, and the type that the answer must have."""

    name: str
    instructions: str
    data: str
    answer: type[T]
    tools: Sequence[Tool] = ()
    halved: Callable[[], "Question[T]"] | None = None  # the same with half of the rows, should the context be too short


async def ask(model: OpenModel, question: Question[T], run_id: str, task_id: str | None, tell: Observer) -> T:
    """Return the model's answer, masked: it may repeat what a person or a tool told it. Raises ModelError.

    A reply that cannot be read is asked for once more, with what is wrong about it, and without tools. A question that
    is too long for the model is asked once more with half of its rows.
    """
    access = model.access
    turns = _TURNS_WITH_TOOLS if question.tools else 1
    await model.meter.book()
    try:
        with translated(access), telling(Asking(tell, run_id, task_id, access, model.meter)):
            async with asyncio.timeout(access.time_limit_s * turns):
                answer = await _in_length(model, question, run_id)
    except ModelAway as error:
        model.meter.away(run_id, error)
        raise
    await model.meter.book()
    return await asyncio.to_thread(masked, answer, access.privacy)  # a long one takes a while


async def _in_length(model: OpenModel, question: Question[T], run_id: str) -> T:
    try:
        return await _answer(model, question, run_id)
    except APIStatusError as error:
        if question.halved is None or not says_too_long(error):
            raise
    return await _answer(model, question.halved(), run_id)


async def _answer(model: OpenModel, question: Question[T], run_id: str) -> T:
    asked: list[TResponseInputItem] = [{"role": "user", "content": question.data}]
    try:
        return await _once(model, question, asked, run_id, last=not question.tools)
    except Unreadable as first:
        asked += [
            *first.done,
            {"role": "assistant", "content": first.reply[:_MOST_QUOTED] or "(nothing)"},
            {"role": "user", "content": _again(first.fault)},
        ]
    try:
        return await _once(model, question, asked, run_id, last=True)
    except Unreadable as second:
        raise ModelError(_twice(model.access, second)) from second


def _twice(access: ModelAccess, reply: Unreadable) -> str:
    if reply.cut:
        limit = "OPENAI_MAX_OUTPUT_TOKENS" if access.max_output_tokens else "the limit at its endpoint"
        told = f"The model {access.model} was cut off at its token limit twice. Raise {limit}, or use"
    else:
        told = f"The model {access.model} replied twice with something that cannot be used ({reply.fault}). Try"
    return f"{told} another model: see OPENAI_MODEL."


def _again(fault: str) -> str:
    return f"Your reply could not be used: {fault}. Reply again, with the JSON object only."


async def _once(
    model: OpenModel, question: Question[T], asked: list[TResponseInputItem], run_id: str, *, last: bool
) -> T:
    """Ask; where the endpoint turns down what we offer it, offer less: from then on, if it answers that."""
    first = offer = model.offer
    while True:
        try:
            answer = await _run(model, offer, question, asked, run_id, last=last)
        except APIStatusError as error:
            less = turned_down(offer, error)
            if less is None:
                raise
            offer = less
        except Unreadable:
            _learn(model, first, offer)
            raise
        else:
            _learn(model, first, offer)
            return answer


def _learn(model: OpenModel, first: Offer, answered: Offer) -> None:
    """Offer no more than what was *answered*, where more was offered *first*."""
    if answered == first or model.offer != first:  # another request has learned it, or more
        return
    model.offer = answered
    _log.warning("%s does not take all that it was offered; from now on it gets %s", model.access.endpoint, answered)


async def _run(
    model: OpenModel, offer: Offer, question: Question[T], asked: list[TResponseInputItem], run_id: str, *, last: bool
) -> T:
    tools = list(question.tools) if offer.tools else []
    last = last or not tools
    schema = reply_schema(question.answer, offered=offer.typed == "a JSON schema")
    agent = Agent(  # a new one each time: a shared one slows down with the runs at once
        name=question.name,
        instructions=question.instructions,
        model=model.sdk,
        model_settings=model.settings_of_request(offer, tools=bool(tools), last=last),
        output_type=schema,
        tools=tools,
    )
    with hearing() as heard:
        watch = Watch(heard, model.meter, run_id)
        try:
            turns = 1 if last else _TURNS_WITH_TOOLS
            result = await Runner.run(agent, asked, max_turns=turns, run_config=_config(run_id), hooks=watch)
            answer = result.final_output
            # An endpoint that is not offered the schema answers in text.
            return answer if isinstance(answer, question.answer) else schema.validate_json(str(answer or ""))
        except MaxTurnsExceeded as error:
            done = error.run_data.new_items if error.run_data else []
            raise Unreadable("", _NO_ANSWER, [item.to_input_item() for item in done]) from error
        except Exception as error:  # whatever it was, the endpoint may have said why first
            watch.heed()
            if isinstance(error, ModelBehaviorError) and schema.fault:
                raise watch.unreadable(schema.reply, schema.fault) from error
            raise


def _config(run_id: str) -> RunConfig:
    return RunConfig(
        workflow_name="Troubleshooter",
        group_id=run_id or None,
        trace_include_sensitive_data=False,
        tool_not_found_behavior="return_error_to_model",
        reasoning_item_id_policy="omit",  # an endpoint that is told to store nothing knows no such id later
    )
