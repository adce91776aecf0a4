"""Splunk's refusals, translated once into our errors: what is wrong, and what to do next.

Facts: error texts as measured on splunkd 10.4 and 10.6 by public projects; a 503 may be passing (a quota) or permanent
(a feature that is not enabled), and only its text tells which.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.errors import (
    SearchFailed,
    SplunkBusy,
    SplunkError,
    SplunkForbidden,
    SplunkUnauthorized,
    SplunkUnreachable,
)
from bot.safety.masking import mask
from bot.splunk.access import SplunkAccess
from bot.splunk.wire import Answer, Message, messages_of

PROXY_REFUSES = (
    "The proxy set in HTTPS_PROXY or HTTP_PROXY does not let us through to {where}. Correct it, or name the host in "
    "NO_PROXY."
)
MAX_SAID_CHARS = 500  # of Splunk's own words in one of our sentences

_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_CAPABILITY = re.compile(r"(?:requires capabilit(?:y|ies)|capability)\b:?\s*['\"]?([a-z_]+(?:[,\s]+[a-z_]+_[a-z_]+)*)")
_AT_A_LIMIT = re.compile(r"concurren|quota|maximum number", re.IGNORECASE)
_PERMANENT = re.compile(r"not enabled|not configured|not supported|disabled", re.IGNORECASE)


class Again(Enum):
    """When the same request may be sent once more."""

    NEVER = auto()
    IF_IT_READS = auto()  # it may have been carried out
    ALWAYS = auto()  # surely not carried out


@dataclass(frozen=True, slots=True)
class Fault:
    """An error to raise, and whether trying again may help."""

    error: SplunkError
    again: Again = Again.NEVER
    after_s: float | None = None  # as Splunk asks in Retry-After


def said(messages: Sequence[Message]) -> str:
    """Return Splunk's own words, masked, cut, and ending as a sentence does; "" where it said nothing."""
    text = mask(" ".join(message.text.strip() for message in messages if message.text.strip()))
    if len(text) > MAX_SAID_CHARS:
        return f"{text[:MAX_SAID_CHARS]} …"
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def search_failed(messages: Sequence[Message], otherwise: str) -> SearchFailed:
    """Return the error of a search that Splunk ran and gave up."""
    loud = [message for message in messages if message.type.upper() in {"FATAL", "ERROR"}]
    return SearchFailed(f"Splunk could not run the search: {said(loud or messages) or otherwise}")


def fault_in(answer: Answer, access: SplunkAccess) -> Fault | None:
    """Return what is wrong with *answer*; None for a good one."""
    if not_splunk := _not_splunk(answer, access):
        return not_splunk
    if answer.status < 400:
        return None
    words = said(messages_of(answer.body))
    if answer.status == 401:
        return Fault(refused_credentials(access))
    if answer.status == 403:
        return Fault(_forbidden(words))
    if answer.status in {429, 503}:
        return _unavailable(answer, words, access)
    return Fault(_failed(answer.status, words, access))


def refused_credentials(access: SplunkAccess) -> SplunkUnauthorized:
    """Return the error for a 401, which says as little for an expired token as for one that never was."""
    if access.by_password:
        return SplunkUnauthorized(
            access.told("Splunk at {where} does not take the user name and password: check {username} and {password}. ")
            + "They are not tried again, as that could lock the account; restart after mending them."
        )
    return SplunkUnauthorized(
        f"Splunk at {access.where} does not take the token: it is unknown, disabled or expired (Splunk does not say "
        f"which). Make a new one in Splunk Web under Settings > Tokens and set {access.setting('token')}."
    )


def not_understood(access: SplunkAccess) -> SplunkUnreachable:
    """Return the error for an answer in no shape of Splunk's."""
    return SplunkUnreachable(
        f"What answers at {access.where} does not answer as Splunk does. {access.setting('url')} must be Splunk's "
        "management port (usually 8089), with no proxy between that changes answers."
    )


def _not_splunk(answer: Answer, access: SplunkAccess) -> Fault | None:
    by_itself = {502, 503, 504}
    again = Again.IF_IT_READS if answer.status in by_itself else Again.NEVER
    if 300 <= answer.status < 400:
        return Fault(
            SplunkUnreachable(
                f"What answers at {access.where} sends us elsewhere, as Splunk Web or a login page does. "
                f"{access.setting('url')} must be Splunk's management port (usually 8089, not 8000)."
            )
        )
    if answer.status == 407:
        return Fault(SplunkUnreachable(PROXY_REFUSES.format(where=access.where)))
    if "html" in answer.content_type.lower() or _HTML.match(answer.body[:4096]):
        return Fault(
            SplunkUnreachable(
                f"A web page came from {access.where} (HTTP {answer.status}) instead of Splunk's answer: a proxy's, or "
                f"Splunk Web's? {access.setting('url')} must be Splunk's management port (usually 8089); "
                "exempt it from the proxy with NO_PROXY."
            ),
            again,
        )
    if answer.status in {502, 504}:
        return Fault(
            SplunkUnreachable(
                f"A gateway in front of {access.where} gets no answer from Splunk (HTTP {answer.status}). Check that "
                "splunkd is running there."
            ),
            again,
        )
    return None


def _forbidden(words: str) -> SplunkForbidden:
    named = _CAPABILITY.search(words)
    missing = f"the capability {named.group(1)}" if named else "a capability that this needs"
    says = f" Splunk says: {words}" if words else ""
    return SplunkForbidden(f"Splunk does not permit this: the bot's role lacks {missing}. Give it to the role.{says}")


def _unavailable(answer: Answer, words: str, access: SplunkAccess) -> Fault:
    if answer.status == 503 and _PERMANENT.search(words):
        return Fault(SearchFailed(f"Splunk at {access.where} has no such service, and waiting will not help: {words}"))
    says = words or f"it answers HTTP {answer.status} and does not say why."
    remedy = "Try again in a minute."
    if _AT_A_LIMIT.search(words):
        remedy = "Try again in a minute. If it stays so, lower MAX_SEARCHES or raise srchJobsQuota of the bot's role."
    return Fault(SplunkBusy(f"Splunk at {access.where} is busy: {says} {remedy}"), Again.ALWAYS, answer.retry_after_s)


def _failed(status: int, words: str, access: SplunkAccess) -> SplunkError:
    if status == 404 and "unknown sid" in words.lower():
        return SearchFailed(
            "Splunk no longer knows the search: somebody cancelled it, it expired, or a load balancer sent us to "
            "another search head (it must keep a session on one). Run it again."
        )
    if status == 404:
        return SearchFailed(f"Splunk at {access.where} does not have what was asked for: {words or 'not found.'}")
    if status < 500:
        says = words or f"it answers HTTP {status} and does not say why."
        return SearchFailed(f"Splunk does not take the search: {says} Correct it; Splunk Web's search bar helps.")
    says = words or "it does not say why."
    return SearchFailed(f"Splunk at {access.where} failed on its side (HTTP {status}): {says} See its splunkd.log.")
