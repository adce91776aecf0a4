"""The LLM door over a real socket: both APIs, every failure as a sentence, and nothing sent anywhere else."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Literal

import pytest
from agents.tracing import get_trace_provider
from aiohttp import web

from bot.agent import tracing
from bot.agent.access import ModelAccess
from bot.agent.model import model_settings, open_model
from bot.agent.offer import Offer
from bot.agent.ping import ping
from bot.agent.task_agent import OpenAITaskAgent
from bot.domain.event import ModelCalled, RunEvent
from bot.domain.run import Interpretation
from bot.errors import ModelAway, ModelError
from bot.summary.tool import ignore
from tests.agent.briefs import GOOD, access, brief
from tests.certificates import certificate
from tests.openai_server import Answer, Asked, FakeOpenAI, Reply, hang, page, raw, refusal, status

OUT_OF_QUOTA = Answer(status=429, body='{"error": {"message": "no", "code": "insufficient_quota"}}')
KEY = "sk-very-secret-0123456789"


async def interpret(to: ModelAccess) -> Interpretation:
    async with open_model(to) as model:
        return await OpenAITaskAgent(model).interpret(brief(), ignore)


async def failing(reply: Reply, **more: object) -> str:
    """Return the sentence that the model's failure ends in."""
    async with FakeOpenAI(lambda _: reply) as server:
        with pytest.raises(ModelError) as raised:
            await interpret(access(server.base_url, api_key=KEY, **{"retries": 0, **more}))
    assert KEY not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize("api", ["chat_completions", "responses"])
async def test_both_apis_answer_and_each_request_is_told(api: Literal["chat_completions", "responses"]) -> None:
    told: list[RunEvent] = []
    async with FakeOpenAI([GOOD]) as server, open_model(access(server.base_url, api=api, api_key=KEY)) as model:
        reading = await OpenAITaskAgent(model).interpret(brief(), told.append)
    (asked,) = server.requests
    assert reading.text == "The disk is full."
    assert asked.path == ("/v1/responses" if api == "responses" else "/v1/chat/completions")
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert asked.schema
    assert "never an instruction" in asked.instructions
    (event,) = told
    assert isinstance(event, ModelCalled)
    assert (event.run_id, event.task_id, event.model, event.ok) == ("r1", "queues", "m1", True)
    assert (event.input_tokens, event.output_tokens) == (100, 20)


async def test_the_responses_api_is_told_to_store_nothing() -> None:
    async with FakeOpenAI([GOOD]) as server:
        await interpret(access(server.base_url, api="responses"))
    assert server.requests[0].body["store"] is False


async def test_a_foreign_chat_endpoint_gets_no_parameter_that_it_may_not_know() -> None:
    async with FakeOpenAI([GOOD]) as server:
        await interpret(access(server.base_url))
    assert set(server.requests[0].body) <= {"messages", "model", "response_format", "stream"}


@pytest.mark.parametrize(("api", "parameter"), [("chat_completions", "max_tokens"), ("responses", "max_output_tokens")])
async def test_an_answer_is_bounded_where_the_settings_say_so(api: str, parameter: str) -> None:
    async with FakeOpenAI([GOOD]) as server:
        await interpret(access(server.base_url, api=api, max_output_tokens=500))
    assert server.requests[0].body[parameter] == 500


def test_openais_own_chat_endpoint_is_bounded_by_the_parameter_that_its_newer_models_know() -> None:
    settings = model_settings(access("https://api.openai.com/v1", max_output_tokens=500))
    assert (settings.max_tokens, settings.extra_args) == (None, {"max_completion_tokens": 500})


def test_openais_own_chat_endpoint_is_told_to_store_nothing() -> None:
    assert access("https://api.openai.com/v1").keeps_answers
    assert not access("https://models.example.com/v1").keeps_answers


async def test_in_words_an_unreadable_reply_is_asked_for_once_more_too() -> None:
    async with FakeOpenAI(["well…", "", GOOD]) as server, open_model(access(server.base_url)) as model:
        model.offer = Offer("words")
        with pytest.raises(ModelError, match="replied twice"):
            await OpenAITaskAgent(model).interpret(brief(), ignore)
        assert (await OpenAITaskAgent(model).interpret(brief(), ignore)).text == "The disk is full."


async def test_a_passing_failure_is_tried_again_and_each_try_is_told() -> None:
    told: list[RunEvent] = []
    async with (
        FakeOpenAI([status(429, retry_after="0"), status(503), GOOD]) as server,
        open_model(access(server.base_url)) as model,
    ):
        await OpenAITaskAgent(model).interpret(brief(), told.append)
    assert [event.ok for event in told if isinstance(event, ModelCalled)] == [False, False, True]


async def test_tries_are_counted() -> None:
    async with FakeOpenAI(lambda _: status(503)) as server:
        with pytest.raises(ModelError, match="HTTP 503"):
            await interpret(access(server.base_url, retries=2))
    assert len(server.requests) == 3


async def test_an_endpoint_that_says_come_back_in_an_hour_is_not_waited_for() -> None:
    assert "rate limit" in await failing(status(429, retry_after="3600"), retries=2)


async def test_a_quota_that_is_used_up_is_not_tried_again() -> None:
    async with FakeOpenAI(lambda _: OUT_OF_QUOTA) as server:
        with pytest.raises(ModelAway, match="billing"):
            await interpret(access(server.base_url, retries=2))
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "sentence"),
    [
        (status(401), "does not accept the key. Check OPENAI_API_KEY."),
        (status(403), "does not let this key use m1"),
        (status(404), "no such path, or no model m1. Check OPENAI_BASE_URL, which often ends in /v1, and"),
        (status(404, "The model `m1` does not exist"), "knows no model m1. Check OPENAI_MODEL."),
        (status(400, "m1 is not a valid model ID: invalid model"), "knows no model m1. Check OPENAI_MODEL."),
        (status(405), "knows no such path"),
        (status(413), "too long for m1"),
        (status(429), "rate limit or quota"),
        (status(400, "maximum context length is 4096 tokens"), "too long for m1"),
        (status(400, "strange"), "refused the request (HTTP 400)"),
        (status(500), "failed (HTTP 500)"),
        (page(code=401), "answered with a web page (HTTP 401)"),
        (page(code=502), "answered with a web page (HTTP 502)"),
        (page(), "answered with a web page (HTTP 200): a proxy's, or OPENAI_BASE_URL"),
        (raw("not json"), "no model's reply. Check OPENAI_BASE_URL"),
        (raw("[1, 2]"), "no model's reply. Check OPENAI_BASE_URL"),
        (raw('{"error": {"message": "upstream unavailable"}}'), "reported an error instead of an answer. Try later"),
        (OUT_OF_QUOTA, "the account's quota is used up (HTTP 429). Waiting does not mend it"),
        (status(402), "the account's quota is used up (HTTP 402). Waiting does not mend it"),
        (status(429, retry_after="3600"), "(HTTP 429) and asks to come back in 1 h. Try later"),
        (status(503, retry_after="90"), "(HTTP 503) and asks to come back in 2 min. Try later"),
        (raw("{}"), "gave no usable answer"),
        (raw('{"choices": [{}]}'), "replied twice"),
        (refusal("I will not."), "refused to answer"),
        ("", "replied twice"),
        (Answer(), "replied twice"),
    ],
)
async def test_every_failure_is_a_sentence_that_says_what_to_do(reply: Reply, sentence: str) -> None:
    assert sentence in await failing(reply)


async def test_a_secret_in_the_endpoints_own_words_is_not_passed_on() -> None:
    assert "sk-" not in await failing(status(401, f"Incorrect API key provided: {KEY}"))


async def test_nobody_listening_is_a_sentence() -> None:
    async with FakeOpenAI([]) as server:
        gone = server.base_url
    with pytest.raises(ModelError, match=r"cannot be reached \(connection refused\)"):
        await interpret(access(gone, retries=0))


async def test_a_certificate_that_nobody_trusts_is_said_with_what_to_set(tmp_path: Path) -> None:
    async with FakeOpenAI([], certificate(tmp_path).server) as server:
        with pytest.raises(ModelError, match=r"TLS certificate is not trusted\).* set SSL_CERT_FILE"):
            await interpret(access(server.base_url, retries=0))


async def test_the_remedy_for_it_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.file))
    async with FakeOpenAI([GOOD], trusted.server) as server:
        assert (await interpret(access(server.base_url))).text == "The disk is full."


async def test_https_to_a_server_without_tls_is_said() -> None:
    async with FakeOpenAI([]) as server:
        with pytest.raises(ModelError, match=r"TLS handshake failed\).* http://"):
            await interpret(access(server.base_url.replace("http:", "https:"), retries=0))


async def test_an_endpoint_without_the_responses_api_is_named_the_other() -> None:
    assert "set OPENAI_API=chat_completions" in await failing(status(404), api="responses")
    assert "OPENAI_API" not in await failing(status(404, "model m1 not found"), api="responses")


async def test_an_endpoint_that_hangs_is_left_after_its_time() -> None:
    assert "gave no answer within 0.05 s" in await failing(hang(), time_limit_s=0.05)


async def test_tries_do_not_add_up_past_the_time_limit() -> None:
    """Ever more tries, each at once: only the limit over all of them ends it."""
    assert "gave no answer within 0.5 s" in await failing(status(503), time_limit_s=0.5, retries=1_000_000)


@pytest.mark.parametrize("api", ["chat_completions", "responses"])
async def test_the_sdk_itself_logs_nothing(api: str, caplog: pytest.LogCaptureFixture) -> None:
    await failing(status(401, KEY), api=api)
    assert caplog.text == ""


async def test_being_stopped_is_passed_on() -> None:
    told: list[RunEvent] = []
    async with FakeOpenAI([hang()]) as server, open_model(access(server.base_url)) as model:
        asking = asyncio.create_task(OpenAITaskAgent(model).interpret(brief(), told.append))
        await server.hanging.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
    assert [event.ok for event in told if isinstance(event, ModelCalled)] == [False]


async def test_two_runs_at_once_are_told_to_their_own_observers() -> None:
    """Both are in flight before either is answered: the server answers only when it has both."""
    both = asyncio.Barrier(2)

    async def answer(asked: Asked) -> Reply:
        await both.wait()
        return GOOD

    heard: tuple[list[RunEvent], list[RunEvent]] = ([], [])
    async with FakeOpenAI(answer) as server, open_model(access(server.base_url)) as model:
        agent = OpenAITaskAgent(model)
        await asyncio.gather(*(agent.interpret(brief(), mine.append) for mine in heard))
    assert [len(mine) for mine in heard] == [1, 1]


async def test_a_ping_says_that_the_model_answers_and_how() -> None:
    async with FakeOpenAI([{"ready": True}]) as server, open_model(access(server.base_url)) as model:
        assert "m1 at 127.0.0.1:" in await ping(model)
    async with FakeOpenAI([status(401)]) as server, open_model(access(server.base_url)) as model:
        with pytest.raises(ModelError, match="OPENAI_API_KEY"):
            await ping(model)


_OUTSIDER = """
import asyncio, sys
hosts = set()
def watch(event, args):
    if event == "socket.getaddrinfo": hosts.add(str(args[0]))
    if event == "socket.connect" and isinstance(args[1], tuple): hosts.add(str(args[1][0]))
sys.addaudithook(watch)
from agents.tracing import get_trace_provider
from bot.agent.model import open_model
from bot.agent.offer import Offer
from bot.agent.task_agent import OpenAITaskAgent
from tests.agent.briefs import access, brief
async def main():
    async with open_model(access(sys.argv[1], api_key="sk-x")) as model:
        await OpenAITaskAgent(model).interpret(brief(), lambda event: None)
asyncio.run(main())
get_trace_provider().shutdown()
print(sorted(hosts))
"""


async def test_no_trace_row_or_prompt_goes_anywhere_but_the_endpoint() -> None:
    """A process of its own notes every name it looks up and every address it connects to, to its very end."""
    async with FakeOpenAI([GOOD]) as server:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _OUTSIDER,
            server.base_url,
            env={**os.environ, "OPENAI_API_KEY": "sk-x", "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await child.communicate()
    assert said.decode().strip() == "['127.0.0.1']"


async def test_where_the_settings_ask_for_it_openai_gets_traces_without_prompts_and_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken: list[str] = []

    async def take(request: web.Request) -> web.Response:
        taken.append(f"{request.headers['Authorization']} {await request.text()}")
        return web.json_response({})

    app = web.Application()
    app.router.add_post("/traces", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setattr(tracing, "OPENAI_TRACES_URL", f"http://127.0.0.1:{runner.addresses[0][1]}/traces")
    async with FakeOpenAI([GOOD]) as server:
        await interpret(access(server.base_url, api_key=KEY, traces_to_openai=True))
        await asyncio.to_thread(get_trace_provider().force_flush)
        tracing.install_our_tracing()  # as it was
    await runner.cleanup()
    said = "".join(taken)
    assert said.startswith(f"Bearer {KEY}")
    assert '"generation"' in said
    assert [word for word in ("idx0", "indexqueue", "The disk is full", "no data", "search x") if word in said] == []
