"""A loopback server that speaks OpenAI's wire, for every test that needs a language model behind a URL.

async with FakeOpenAI(["first answer", {"ready": True}, status(429)]) as server:
    ...  # server.base_url, then server.requests
"""

import asyncio
import itertools
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from aiohttp import web

_numbers = itertools.count()  # of tool calls: the SDK takes a second call of the same id for the first


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The conversation, system message left out, of either API."""
        messages: list[dict[str, Any]] = self.body.get("messages") or self.body.get("input") or []
        return [message for message in messages if message.get("role") != "system"]

    @property
    def instructions(self) -> str:
        """The system message of either API."""
        systems = [message["content"] for message in self.body.get("messages", []) if message["role"] == "system"]
        return str(self.body.get("instructions") or "".join(systems))

    @property
    def tools(self) -> list[str]:
        """The names of the tools that are offered."""
        return [str(tool.get("name") or tool["function"]["name"]) for tool in self.body.get("tools") or []]

    @property
    def tool_answers(self) -> list[str]:
        """What tools have answered in this conversation, of either API."""
        said = [message.get("output") for message in self.messages if message.get("type") == "function_call_output"]
        return [str(text) for text in (*said, *(m["content"] for m in self.messages if m.get("role") == "tool"))]

    @property
    def schema(self) -> dict[str, Any] | None:
        """The JSON schema that the answer is to follow, if one was sent."""
        wanted: dict[str, Any] = self.body.get("response_format") or self.body.get("text", {}).get("format") or {}
        found: dict[str, Any] | None = wanted.get("json_schema", wanted).get("schema")
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends back: made by the functions below."""

    text: str | None = None
    refusal: str | None = None
    calls: tuple[tuple[str, str], ...] = ()  # tools by name, each with its arguments as JSON
    ending: Literal["stop", "length", "content_filter"] = "stop"
    thinking: str | None = None  # what a reasoning model thought before it answered
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None  # sent as it is, instead of a completion
    content_type: str = "application/json"
    hang: bool = False
    usage: tuple[int, int] = (100, 20)  # tokens that it says it read and wrote


def status(code: int, message: str = "no", **headers: str) -> Answer:
    """Answer with an error in OpenAI's shape; `retry_after="0"` becomes a Retry-After header."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": None}})
    return Answer(status=code, body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})


def page(html: str = "<html>proxy</html>", code: int = 200) -> Answer:
    """Answer with a web page, as a proxy does."""
    return Answer(status=code, body=html, content_type="text/html")


def raw(body: str) -> Answer:
    """Answer 200 with *body*, called JSON."""
    return Answer(body=body)


def cut(text: str | None) -> Answer:
    """Answer with what was said until the token limit was reached."""
    return Answer(text=text, ending="length")


def refusal(text: str) -> Answer:
    """Answer that the model will not."""
    return Answer(refusal=text)


def tool_call(name: str, **arguments: object) -> Answer:
    """Answer with a call of the tool *name*."""
    return tool_calls((name, arguments))


def tool_calls(*calls: tuple[str, Mapping[str, object]]) -> Answer:
    """Answer with several calls at once."""
    return Answer(calls=tuple((name, json.dumps(arguments)) for name, arguments in calls))


def hang() -> Answer:
    """Answer nothing until the server's `release` is set, or the server closes."""
    return Answer(text="{}", hang=True)


Reply = Answer | str | Mapping[str, Any]  # a string is the model's text; a mapping is sent as JSON text
Replier = Callable[[Asked], Reply | Awaitable[Reply]]


class FakeOpenAI:
    """`/v1/chat/completions` and `/v1/responses`, answered from a list in order, or by a function of the request."""

    def __init__(self, replies: Sequence[Reply] | Replier, tls: ssl.SSLContext | None = None) -> None:
        self._replies = replies if callable(replies) else list(replies)
        self.requests: list[Asked] = []
        self.hanging = asyncio.Event()  # set when a request begins to hang
        self.release = asyncio.Event()
        self.base_url = ""
        self._tls = tls

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=16 * 2**20)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/responses", self._responses)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls)
        await self._site.start()
        self.base_url = f"{'https' if self._tls else 'http'}://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *exc: object) -> None:
        self.release.set()
        await self._runner.cleanup()

    async def kill(self) -> None:
        """Die as a process does: nobody listens any more, and every connection breaks, also one being answered."""
        await self._site.stop()
        assert self._runner.server
        for connection in list(self._runner.server.connections):
            connection.force_close()

    async def _chat(self, request: web.Request) -> web.Response:
        return await self._answer(request, _chat_completion)

    async def _responses(self, request: web.Request) -> web.Response:
        return await self._answer(request, _response)

    async def _answer(self, request: web.Request, shape: Callable[[Answer, str], Any]) -> web.Response:
        asked = Asked(request.path, dict(request.headers), await request.json())
        self.requests.append(asked)
        answer = await self._next(asked)
        if answer.hang:
            self.hanging.set()
            await self.release.wait()
        body = answer.body if answer.body is not None else json.dumps(shape(answer, str(asked.body.get("model"))))
        return web.Response(
            text=body, status=answer.status, content_type=answer.content_type, headers=dict(answer.headers)
        )

    async def _next(self, asked: Asked) -> Answer:
        if callable(self._replies):
            reply = self._replies(asked)
            reply = await reply if isinstance(reply, Awaitable) else reply
        elif self._replies:
            reply = self._replies.pop(0)
        else:
            reply = status(418, "the test's replies are used up")
        if isinstance(reply, Answer):
            return reply
        return Answer(text=reply if isinstance(reply, str) else json.dumps(reply))


def _chat_completion(answer: Answer, model: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": answer.text, "refusal": answer.refusal}
    if answer.thinking:
        message["reasoning_content"] = answer.thinking
    if answer.calls:
        functions = [{"name": name, "arguments": arguments} for name, arguments in answer.calls]
        message["tool_calls"] = [{"id": f"call_{next(_numbers)}", "type": "function", "function": f} for f in functions]
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [{"index": 0, "finish_reason": "tool_calls" if answer.calls else answer.ending, "message": message}],
        "usage": {"prompt_tokens": answer.usage[0], "completion_tokens": answer.usage[1], "total_tokens": 120},
    }


def _response(answer: Answer, model: str) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "output_text", "text": answer.text or "", "annotations": []}
    if answer.refusal:
        part = {"type": "refusal", "refusal": answer.refusal}
    item: dict[str, Any] = {
        "id": "m1",
        "type": "message",
        "role": "assistant",
        "status": "completed" if answer.ending == "stop" else "incomplete",
        "content": [part],
    }
    thought = {"id": "r1", "type": "reasoning", "summary": [{"type": "summary_text", "text": answer.thinking}]}
    said = [item] if answer.text is not None or answer.refusal else []
    said += [_function_call(next(_numbers), name, arguments) for name, arguments in answer.calls]
    why = {"stop": None, "length": "max_output_tokens", "content_filter": "content_filter"}[answer.ending]
    return {
        "id": "resp-1",
        "object": "response",
        "created_at": 0,
        "model": model,
        "status": "incomplete" if why else "completed",
        "incomplete_details": {"reason": why} if why else None,
        "output": [thought, *said] if answer.thinking else said,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": answer.usage[0],
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": answer.usage[1],
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 120,
        },
    }


def _function_call(number: int, name: str, arguments: str) -> dict[str, Any]:
    called = {"id": f"f{number}", "type": "function_call", "call_id": f"call_{number}"}
    return {**called, "name": name, "arguments": arguments}
