"""Replies that are cut, withheld, empty or of the wrong kind, and endpoints that know little: over both APIs."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from agents import Tool, function_tool

from bot.agent.asking import Question, ask
from bot.agent.model import open_model
from bot.agent.reading import Reading
from bot.agent.task_agent import OpenAITaskAgent
from bot.errors import ModelError
from bot.summary.tool import ignore
from tests.agent.briefs import GOOD, access, brief, rows
from tests.openai_server import Answer, Asked, FakeOpenAI, Reply, cut, status

BOTH = pytest.mark.parametrize("api", ["chat_completions", "responses"])
TOO_LONG = status(400, "This model's maximum context length is 4096 tokens.")


async def replies(server: FakeOpenAI, api: str, tools: tuple[Tool, ...] = (), **more: object) -> str:
    """Ask one question of *server* and return what the model read, or the sentence of its failure."""
    async with open_model(access(server.base_url, api=api, retries=0, **more)) as model:
        try:
            if not tools:
                return (await OpenAITaskAgent(model).interpret(brief(given=rows(10_000)), ignore)).text
            question = Question("Queues", "Look.", "rows", Reading, tools)
            return (await ask(model, question, "r1", "queues", ignore)).interpretation
        except ModelError as error:
            return str(error)


@function_tool
async def look() -> str:
    """Look again."""
    return "idx2 is full"


def last_words(asked: Asked) -> str:
    return str(asked.messages[-1]["content"])


@BOTH
@pytest.mark.parametrize("half", [cut(GOOD[:30]), cut(GOOD), cut(None), Answer(thinking="Hm.", ending="length")])
async def test_a_reply_cut_at_the_token_limit_is_asked_for_once_more_and_shorter(api: str, half: Answer) -> None:
    async with FakeOpenAI([half, GOOD]) as server:
        assert await replies(server, api) == "The disk is full."
    assert "cut off at the token limit" in last_words(server.requests[1])
    assert "shorter" in last_words(server.requests[1])


@BOTH
async def test_cut_twice_is_a_sentence_that_says_what_to_raise(api: str) -> None:
    async with FakeOpenAI(lambda _: cut(GOOD[:30])) as server:
        assert "cut off at its token limit twice. Raise the limit at its endpoint" in await replies(server, api)
        assert len(server.requests) == 2
        assert "Raise OPENAI_MAX_OUTPUT_TOKENS" in await replies(server, api, max_output_tokens=5)


@BOTH
@pytest.mark.parametrize(
    "withheld",
    [
        Answer(ending="content_filter"),
        Answer(text=GOOD, ending="content_filter"),
        status(400, "The prompt triggered our content management policy."),
    ],
)
async def test_what_a_content_filter_takes_away_is_said_and_not_asked_for_again(api: str, withheld: Answer) -> None:
    async with FakeOpenAI(lambda _: withheld) as server:
        assert "A content filter at 127.0.0.1" in await replies(server, api)
    assert len(server.requests) == 1


@BOTH
@pytest.mark.parametrize("nothing", [Answer(), Answer(text=" "), Answer(thinking="I could say more.")])
async def test_a_model_that_only_thinks_or_says_nothing_is_asked_once_more(api: str, nothing: Answer) -> None:
    async with FakeOpenAI([nothing, GOOD]) as server:
        assert await replies(server, api) == "The disk is full."
    assert "the reply is empty" in last_words(server.requests[1])


@BOTH
async def test_a_request_that_is_too_long_is_tried_once_more_with_half_of_the_rows(api: str) -> None:
    async with FakeOpenAI([TOO_LONG, GOOD]) as server:
        assert await replies(server, api) == "The disk is full."
    first, second = (len(last_words(asked)) for asked in server.requests)
    assert second < first * 0.6


@BOTH
@pytest.mark.parametrize("refused", [TOO_LONG, status(413)])
async def test_a_request_that_is_too_long_by_half_too_is_given_up(api: str, refused: Answer) -> None:
    async with FakeOpenAI(lambda _: refused) as server:
        assert "too long for m1. Use a model with a larger context." in await replies(server, api)
    assert len(server.requests) == 2


def wanted(asked: Asked) -> str | None:
    """Return how the answer's type was asked for by the endpoint's own means."""
    form: dict[str, Any] = asked.body.get("response_format") or asked.body.get("text", {}).get("format") or {}
    return form.get("type")


def knows(*types: str | None, refusal: int = 422) -> Callable[[Asked], Reply]:
    """Answer those who ask for one of *types* of answer; refuse the others."""

    def answer(asked: Asked) -> Reply:
        return GOOD if wanted(asked) in types else status(refusal, "response_format.type: Input should be 'text'")

    return answer


@BOTH
@pytest.mark.parametrize(
    ("known", "asked_for"),
    [(("json_object",), ["json_schema", "json_object"]), ((None,), ["json_schema", "json_object", None])],
)
async def test_an_endpoint_gets_the_best_way_to_ask_for_a_type_that_it_knows(
    api: str, known: tuple[str | None, ...], asked_for: list[str | None]
) -> None:
    async with FakeOpenAI(knows(*known)) as server, open_model(access(server.base_url, api=api)) as model:
        for _ in range(2):
            assert (await OpenAITaskAgent(model).interpret(brief(), ignore)).text == "The disk is full."
    assert [wanted(asked) for asked in server.requests] == [*asked_for, asked_for[-1]]
    assert '"interpretation"' in server.requests[-1].instructions  # the schema, in words


def invalid(field: str) -> str:
    """Say what llama.cpp's server in Python says, with HTTP 500, of a request's *field* that it does not know."""
    what = f"'type': 'literal_error', 'loc': ({field}), 'msg': \"Input should be 'text' or 'json_object'\""
    return f"1 validation error:\n  {{{what}, 'input': 'json_schema'}}"


@BOTH
@pytest.mark.parametrize(("refusal", "asked_for"), [(500, "json_object"), (502, None)])
async def test_an_endpoint_that_fails_over_what_it_does_not_know_is_offered_less(
    api: str, refusal: int, asked_for: str | None
) -> None:
    """As llama.cpp's server in Python does; a gateway that fails says nothing of what was offered."""

    def answer(asked: Asked) -> Reply:
        where = "'response_format', 'type'" if "response_format" in asked.body else "'text', 'format', 'type'"
        return GOOD if wanted(asked) == "json_object" else status(refusal, invalid(f"'body', {where}"))

    async with FakeOpenAI(answer) as server:
        said = await replies(server, api)
    assert said == "The disk is full." if asked_for else "failed (HTTP 502)" in said
    assert wanted(server.requests[-1]) == (asked_for or "json_schema")


@BOTH
@pytest.mark.parametrize(
    "failure",
    [
        status(500, "Failed to parse tool call arguments as JSON"),
        status(500, 'bad request: {"messages": [{"content": "a row that says response_format json_schema"}]}'),
        status(500, invalid("'body', 'messages', 0") + " response_format json_schema tools"),
        status(400, 'bad request: {"messages": [{"content": "a row that says json_schema, and tools"}]}'),
    ],
)
async def test_a_failure_takes_nothing_from_later_questions_that_the_endpoint_answers(
    api: str, failure: Answer
) -> None:
    faulty = [True]
    async with (
        FakeOpenAI(lambda _: failure if faulty else GOOD) as server,
        open_model(access(server.base_url, api=api, retries=0)) as model,
    ):
        question = Question("Queues", "Look.", "rows", Reading, (look,))
        with pytest.raises(ModelError):
            await ask(model, question, "r1", "queues", ignore)
        faulty.clear()
        await ask(model, question, "r1", "queues", ignore)
    last = server.requests[-1]
    assert (wanted(last), last.tools) == ("json_schema", ["look"])


@BOTH
async def test_an_endpoint_that_knows_no_tools_is_asked_without(api: str) -> None:
    def answer(asked: Asked) -> Reply:
        return status(400, "m1 does not support tools") if asked.body.get("tools") else GOOD

    async with FakeOpenAI(answer) as server:
        assert await replies(server, api, (look,)) == "The disk is full."
    assert len(server.requests) == 2


@BOTH
async def test_a_model_that_calls_tools_for_ever_is_told_to_answer_with_what_it_saw(api: str) -> None:
    def answer(asked: Asked) -> Reply:
        return GOOD if asked.body.get("tool_choice") == "none" else Answer(calls=(("look", "{}"),))

    async with FakeOpenAI(answer) as server:
        assert await replies(server, api, (look,)) == "The disk is full."
    assert len(server.requests) == 7
    assert json.dumps(server.requests[-1].messages).count("idx2 is full") == 6
    assert "calls tools and gives no answer" in last_words(server.requests[-1])


@BOTH
async def test_a_model_that_calls_tools_even_when_told_not_to_is_given_up(api: str) -> None:
    async with FakeOpenAI(lambda _: Answer(calls=(("look", "{}"),))) as server:
        assert "calls tools and gives no answer" in await replies(server, api, (look,))
    assert len(server.requests) == 7


@BOTH
async def test_what_tools_said_is_kept_when_the_answer_after_them_cannot_be_read(api: str) -> None:
    async with FakeOpenAI([Answer(calls=(("look", "{}"),)), "well…", GOOD]) as server:
        assert await replies(server, api, (look,)) == "The disk is full."
    assert "idx2 is full" in json.dumps(server.requests[-1].messages)
    assert "no JSON object" in last_words(server.requests[-1])


@BOTH
async def test_a_tool_that_does_not_exist_is_told_to_the_model(api: str) -> None:
    async with FakeOpenAI([Answer(calls=(("delete_index", "{}"),)), GOOD]) as server:
        assert await replies(server, api, (look,)) == "The disk is full."
    assert "delete_index" in json.dumps(server.requests[-1].messages)


@BOTH
async def test_each_request_has_the_time_limit_for_itself_when_there_are_tools(api: str) -> None:
    question = Question("Queues", "Look.", "rows", Reading, (look,))
    async with (
        FakeOpenAI([Answer(calls=(("look", "{}"),)), Answer(hang=True)]) as server,
        open_model(access(server.base_url, api=api, time_limit_s=0.5, retries=2)) as model,
    ):
        with pytest.raises(ModelError, match=r"no answer within 0.5 s"):
            await ask(model, question, "r1", "queues", ignore)
    assert len(server.requests) == 2  # what hung is not tried again: it would hang as long


@BOTH
async def test_retry_after_is_waited_for(api: str, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    real = asyncio.sleep

    async def sleep(delay: float, result: object = None) -> object:
        waited.append(delay)
        return await real(0, result)

    async with (
        FakeOpenAI([status(429, retry_after="7"), GOOD]) as server,
        open_model(access(server.base_url, api=api)) as model,
    ):
        monkeypatch.setattr(asyncio, "sleep", sleep)
        assert (await OpenAITaskAgent(model).interpret(brief(), ignore)).text == "The disk is full."
    assert 7 in waited
