"""What is wrong with an MCP server, as a sentence that says what to do. Quotes nothing that was sent. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.agent.mcp_access import McpAccess


@dataclass(slots=True)
class Heard:
    """What is known of a server that did not open, beyond the error."""

    status: int | None = None  # of its last HTTP response
    page: bool = False  # which was a web page
    elsewhere: str | None = None  # where it would have sent us; the SDK follows only within a host and port
    last_words: str = ""  # what its process wrote last
    stray: str = ""  # what it wrote first to its standard output that is not MCP


def sentence_for(error: BaseException, access: McpAccess, heard: Heard) -> str:
    """Return the sentence for a server that could not be opened because of *error*."""
    return f"The MCP server {access.name} could not be reached: {_why(error, access, heard)}"


def sentence_of_call(error: BaseException, access: McpAccess, tool: str) -> str:
    """Return the sentence for a call of *tool* that brought nothing."""
    if isinstance(error, TimeoutError) or "timed out" in str(error).lower():
        return f"The MCP server {access.name} did not answer {tool} within {access.time_limit_s:g} s."
    return f"The MCP server {access.name} broke off while it was asked for {tool}."


def _why(error: BaseException, access: McpAccess, heard: Heard) -> str:
    names = f"mcp.{access.name}"
    if isinstance(error, TimeoutError):
        limit = f"{access.start_limit_s:g} s"
        told = f"{access.place} did not say within {limit} what tools it has."
        if heard.stray:
            return f'{told} It writes what is not MCP to its standard output: "{heard.stray}". Check {names}.'
        return f"{told} If it is slow, raise {names}.start_limit_s."
    if access.url is None:
        return _not_started(error, access, heard)
    if heard.page and not 300 <= (heard.status or 0) < 400:
        return f"{access.place} answered with a web page: a proxy's, or {names}.url is wrong; it often ends in /mcp."
    if heard.status and heard.status >= 300:
        told = next(told for least, told in _OF_STATUS if heard.status >= least)
        where = f"to {heard.elsewhere}" if heard.elsewhere else "elsewhere"
        return f"{access.place} {told.format(status=f'(HTTP {heard.status})', names=names, where=where)}."
    said = " ".join(f"{type(each).__name__} {each}" for each in _leaves(error)).lower()
    reason = next((told for mark, told in _REASONS.items() if mark in said), "it does not speak MCP")
    return f"{access.place}: {reason}. Check {names}.url, and that the server runs."


def _not_started(error: BaseException, access: McpAccess, heard: Heard) -> str:
    if isinstance(error, OSError):
        return f"the command {access.place} cannot be started ({error.strerror}). Check mcp.{access.name}.command."
    said = f'; last it wrote "{heard.last_words}"' if heard.last_words else ""
    return f"{access.place} was started and ended, or does not speak MCP{said}. Check mcp.{access.name}."


def _leaves(error: BaseException) -> Iterator[BaseException]:
    """Yield *error*, what it holds and what caused it."""
    yield error
    for each in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield from _leaves(each)
    if before := error.__cause__ or error.__context__:
        yield from _leaves(before)


_OF_STATUS = (
    (500, "failed {status}; look at its own logs"),
    (405, "does not speak MCP there {status}; check {names}.url, which often ends in /mcp"),
    (404, "has nothing there {status}; check {names}.url, which often ends in /mcp"),
    (402, "does not let us in {status}; check {names}.headers_from"),
    (401, "does not accept our credentials {status}; check {names}.headers_from"),
    (400, "refused the request {status}; check {names}.url and {names}.headers_from"),
    (300, "redirects {where} {status}, which is not followed; check {names}.url"),
)
_REASONS = {
    "certificate": "its TLS certificate is not trusted; for a CA of your own, set SSL_CERT_FILE to its PEM file",
    "ssl": "the TLS handshake failed; a server without TLS is called by http://",
    "refused": "connection refused",
    "name or service not known": "its name cannot be resolved",
    "getaddrinfo": "its name cannot be resolved",
    "connect": "no connection",
}
