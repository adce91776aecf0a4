"""What is wrong with settings, in our words: of each by itself, and between them. Shows no value."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from functools import reduce
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bot.domain.permission import Permission, Permissions
from bot.safety.masking import mask
from bot.settings.parts import ENVIRONMENTS, ChannelSettings, McpSettings, SplunkSettings

if TYPE_CHECKING:
    from bot.settings import Settings

OPENAI = "api.openai.com"
_NAMES = "must hold names with values, indented below it"
_LIST = "must be a list, such as [a, b]"
_WORDS = {
    "missing": "is missing",
    "greater_than_equal": "must be {ge:.12g} or more",
    "greater_than": "must be more than {gt:.12g}",
    "less_than_equal": "must be {le:.12g} or less",
    "less_than": "must be less than {lt:.12g}",
    "literal_error": "must be {expected}",
    "string_type": "must be a text",
    "string_too_short": "is empty",
    "string_too_long": "must have {max_length} characters at most",
    "string_pattern_mismatch": "must be a currency's letters, such as USD",
    "dict_type": _NAMES,
    "model_type": _NAMES,
    "model_attributes_type": _NAMES,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "too_short": "must name at least one",
    "path_type": "must be a path",
}
_KINDS = {
    "int": "must be a whole number",
    "float": "must be a number",
    "finite": "must be a number",
    "bool": "must be true or false",
}
_PARTS: dict[str, type[BaseModel]] = {"deployments": SplunkSettings, "channels": ChannelSettings, "mcp": McpSettings}
_FROM_A_VARIABLE = ("token", "password")


def sentence(fault: ErrorDetails, in_file: Collection[str]) -> str:
    """Say what is wrong with one setting, under the name by which it was given; *in_file* are those of the file."""
    place = tuple(step for step in fault["loc"] if step != "[key]")
    return f"{_named(place, in_file)}: {_ended(_wrong(fault, place))}"


def _ended(words: str) -> str:
    return words if words.endswith((".", "?")) else f"{words}."


def _named(place: tuple[int | str, ...], in_file: Collection[str]) -> str:
    if len(place) == 1 and place[0] not in in_file:
        return str(place[0]).upper()
    return mask(reduce(within, place, ""))


def within(where: str, step: int | str) -> str:
    """Say where *step* of *where* is: access.allow, the 2nd of access.allow, users of the 2nd of access.allow."""
    if isinstance(step, int):
        return f"the {_ordinal(step + 1)} of {where}"
    if " of " in where:
        return f"{step} of {where}"
    return f"{where}.{step}" if where else step


def _ordinal(number: int) -> str:
    last = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in {11, 12, 13} else last}"


def _wrong(fault: ErrorDetails, place: tuple[int | str, ...]) -> str:
    kind = fault["type"]
    if kind == "extra_forbidden":
        return f"there is no such setting.{_meant(place)}"
    if kind == "value_error":
        return fault["msg"].removeprefix("Value error, ")
    if words := _WORDS.get(kind):
        return words.format(**{name: _plain(value) for name, value in fault.get("ctx", {}).items()})
    return _KINDS.get(kind.partition("_")[0], "cannot be used")


def _plain(value: object) -> object:
    return value.replace("'", "") if isinstance(value, str) else value  # 'blocks' or 'plan'


def _meant(place: tuple[int | str, ...]) -> str:
    model = _PARTS.get(str(place[0])) or (Permission if len(place) > 2 else Permissions)
    known = [f"{name}_from" if name in _FROM_A_VARIABLE else name for name in model.model_fields]
    alike = get_close_matches(str(place[-1]), known, n=1)
    return f" Is {alike[0]} meant?" if alike else f" There are: {', '.join(known)}."


def is_openai(settings: "Settings") -> bool:
    """Say whether the model's endpoint is OpenAI's own."""
    return urlsplit(settings.openai_base_url).hostname == OPENAI


def misfits(settings: "Settings", deployments: Collection[str]) -> Iterator[tuple[set[str], str]]:
    """Yield what does not go together, with the names of the settings that it is about.

    *deployments* are the names of all that are described, of those that cannot be read too.
    """
    if (settings.splunk_username is None) != (settings.splunk_password is None):
        yield {"splunk_username", "splunk_password"}, "SPLUNK_USERNAME and SPLUNK_PASSWORD go together."
    if (settings.openai_price_input is None) != (settings.openai_price_output is None):
        prices = {"openai_price_input", "openai_price_output"}
        yield prices, "OPENAI_PRICE_INPUT and OPENAI_PRICE_OUTPUT go together."
    if settings.openai_traces and not (is_openai(settings) and settings.openai_api_key):
        about = {"openai_traces", "openai_base_url", "openai_api_key"}
        yield about, f"OPENAI_TRACES needs OPENAI_API_KEY and OPENAI_BASE_URL to be of {OPENAI}."
    yield from _misfits_of_deployments(settings)
    yield from _unknown_deployments(settings, deployments)


def _misfits_of_deployments(settings: "Settings") -> Iterator[tuple[set[str], str]]:
    for name, one in settings.deployments.items():
        if one.token is None and (one.username is None or one.password is None):
            yield {"deployments"}, f"deployments.{name} needs token_from, or username and password_from."
    if settings.splunk_url and ENVIRONMENTS in settings.deployments:
        told = f"SPLUNK_URL is the deployment {ENVIRONMENTS!r} already: call the other one otherwise."
        yield {"deployments", "splunk_url"}, told


def _unknown_deployments(settings: "Settings", deployments: Collection[str]) -> Iterator[tuple[set[str], str]]:
    named: dict[str, Collection[str]] = {
        "default_splunk": {settings.default_splunk} if settings.default_splunk else (),
        "channels": {each.splunk for each in settings.channels.values()},
        "access": settings.access.deployments,
        "mcp": {each for server in settings.mcp.values() for each in server.deployments or ()},
    }
    for setting, wanted in named.items():
        if unknown := sorted(each for each in wanted if each not in deployments):
            known = mask(", ".join(deployments)) or "none"
            told = f"{setting}: no Splunk deployment is called {mask(', '.join(unknown))}; there are: {known}."
            yield {setting}, told
