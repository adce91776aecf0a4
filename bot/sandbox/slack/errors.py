"""How the sandbox Slack refuses: an error code in Slack's words, with the fields and headers that come with it."""

from typing import Any


class SlackRefusal(Exception):
    """Answered as `{"ok": false, "error": code, …}`."""

    def __init__(self, code: str, *, status: int = 200, retry_after_s: int | None = None, **fields: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.retry_after_s = retry_after_s
        self.fields = fields

    def answer(self) -> dict[str, Any]:
        return {"ok": False, "error": self.code, **self.fields}


def invalid_arguments(message: str) -> SlackRefusal:
    return SlackRefusal("invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}"]})


def invalid_blocks(problems: list[str]) -> SlackRefusal:
    """Slack names each problem with a JSON pointer, once plain and once as a log line."""
    messages = [f"[ERROR] {problem}" for problem in problems]
    return SlackRefusal("invalid_blocks", errors=problems, response_metadata={"messages": messages})
