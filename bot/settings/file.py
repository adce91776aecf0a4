"""The optional settings file: YAML with the names of Settings, and with the names of variables where a secret goes."""

import os
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from pydantic.fields import FieldInfo

from bot.errors import SettingsError
from bot.safety.masking import mask
from bot.settings.env import env_file
from bot.settings.faults import within
from bot.settings.parts import at_home
from bot.settings.secrets import SECRET_NAME, holds_a_secret, in_arguments, in_url

DEFAULT_FILE = Path("bot.yml")
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]{0,60}")
_MCP = re.compile(r"mcp\.[^.]+\.(args|url|url_from|env\.[^.]+|headers\.[^.]+)")
_UNSET = "https://unset.invalid"  # instead of what is told already: a text and a URL, so that no more is told of it
_FROM = "_from"
_EACH_FROM = ("env_from", "headers_from")  # by whose names a server's own are: each names a variable of ours


class _Loader(yaml.SafeLoader):
    """Notes a key that stands twice, where YAML lets the last one win; refuses aliases, which may hold themselves."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.twice: list[yaml.ScalarNode] = []

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # PyYAML left it bare
            raise yaml.MarkedYAMLError(problem="write it out: aliases (*) are not taken", problem_mark=mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - PyYAML's own
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a name must be a word", problem_mark=key.start_mark)
            if key.value in seen:
                self.twice.append(key)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


@dataclass(slots=True)
class HeldSettings:
    """What a settings file holds: all values, those with faults too, so that what else is wrong is known at once."""

    values: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    variables: set[str] = field(default_factory=set)  # the names of those that hold its secrets


def read_settings_file(known: Mapping[str, FieldInfo]) -> HeldSettings:
    """Return what SETTINGS_FILE, else bot.yml here, holds of the *known* settings; nothing without a file.

    Raises SettingsError for a file that cannot be read at all.

    `token_from: NAME` takes the token from the environment or .env: no secret may stand in the file itself.
    """
    variables = {**env_file(), **{name: value for name, value in os.environ.items() if value}}
    named = variables.get("SETTINGS_FILE")
    if not named and not DEFAULT_FILE.is_file():
        return HeldSettings()
    path = Path(named) if named else DEFAULT_FILE
    reader = _Reader(str(path), variables)
    held, twice = _mapping(path)
    reader.held.faults.extend(twice)
    for key, value in held.items():
        reader.take(str(key), value, known)
    return reader.held


def _text(path: Path) -> str:
    try:
        path = at_home(path)
        if path.exists() and not path.is_file():  # to read a pipe or a device could take forever
            raise SettingsError(f"The settings file {path} is no file. Let SETTINGS_FILE name one.")
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"The settings file {path} cannot be read: not UTF-8 text.") from error
    except ValueError as error:
        raise SettingsError(f"SETTINGS_FILE {error}.") from error
    except OSError as error:
        raise SettingsError(f"The settings file {path} cannot be read: {error.strerror}.") from error


def _mapping(path: Path) -> tuple[dict[Any, Any], list[str]]:
    """Return what the file holds, and a sentence for each name that stands twice."""
    text = _text(path)
    try:
        loader = _Loader(text)
        held = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SettingsError(f"The settings file {path}{line}: {error.problem}.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: of a date that there is not
        raise SettingsError(f"The settings file {path} is no YAML that can be read.") from error
    if held is not None and not isinstance(held, dict):
        raise SettingsError(f"The settings file {path} must hold names with values, such as `keep_days: 14`.")
    return held or {}, [
        f"The settings file {path}, line {key.start_mark.line + 1}: {mask(repr(key.value))} stands twice."
        for key in loader.twice
    ]


class _Reader:
    """Puts the values of variables where their names stand, and notes what must not stand there."""

    def __init__(self, path: str, variables: Mapping[str, str]) -> None:
        self.held = HeldSettings()
        self._path = path
        self._variables = variables

    def take(self, key: str, value: object, known: Mapping[str, FieldInfo]) -> None:
        """Take in a setting of the file's top."""
        name, filled = self._entry(key, value, key)
        if name not in known:
            alike = get_close_matches(name, known, n=1)
            said = f"Is {alike[0]} meant?" if alike else "It takes the names of .env.sample in small letters."
            self._fault(f"The settings file {self._path} knows no {mask(name)}. {said}")
        elif isinstance(value, bool) and known[name].annotation is not bool:
            # YAML reads `yes` as true, which would pass for 1.
            self._fault(f"{name} in the settings file must not be yes, no, true or false.")
        else:
            self.held.values[name] = filled

    def _fault(self, sentence: str) -> None:
        self.held.faults.append(sentence)

    def _filled(self, value: object, where: str) -> object:
        """Return *value* with the secrets that its `…_from` name."""
        if isinstance(value, list):
            return [self._filled(each, within(where, number)) for number, each in enumerate(value)]
        if not isinstance(value, dict):
            return value
        return dict(self._entry(str(key), each, within(where, str(key))) for key, each in value.items())

    def _entry(self, key: str, value: object, where: str) -> tuple[str, object]:
        if key in _EACH_FROM and isinstance(value, dict):
            return key, {str(name): self._variable(each, f"{where}.{name}") for name, each in value.items()}
        bare = key.removesuffix(_FROM)
        if bare != key and SECRET_NAME.search(bare):
            return bare, self._variable(value, where)
        is_mcp = _MCP.fullmatch(where) is not None
        if is_mcp and bare == "url" != key:
            return key, self._variable(value, where)
        if SECRET_NAME.search(key) or (is_mcp and _tells_a_secret(key, value)):
            self._fault(f"The settings file {self._path} holds a secret at {mask(where)}. {_elsewhere(key, where)}")
            return key, _UNSET if key == "url" else self._filled(value, where)
        return key, self._filled(value, where)

    def _variable(self, name: object, where: str) -> str:
        if value := self._variables.get(str(name)):
            self.held.variables.add(str(name))
            return value
        if _VARIABLE.fullmatch(str(name)) and not holds_a_secret(str(name)):
            self._fault(f"{where} of {self._path} names the variable {name}, which is not set.")
        else:  # a secret itself, perhaps
            self._fault(
                f"{where} of {self._path} must be the name of a variable that holds it, such as SPLUNK_TOKEN_LAB."
            )
        return _UNSET


def _tells_a_secret(key: str, value: object) -> bool:
    if key == "args":
        return isinstance(value, list) and in_arguments([str(each) for each in value])
    return in_url(str(value)) if key == "url" else holds_a_secret(str(value))


def _elsewhere(key: str, where: str) -> str:
    """Say how *key* is given without its secret."""
    if key == "args":
        return (
            "Whoever lists the machine's processes reads it too. Put it into the environment or .env, and give the "
            "server that variable: env_from: {ITS_NAME: NAME}"
        )
    group = where.split(".")[-2] if "." in where else ""
    named = f"{group}{_FROM}: {{{key}: NAME}}" if f"{group}{_FROM}" in _EACH_FROM else f"{key}{_FROM}: NAME"
    return f"Put it into the environment or .env, and name that variable: {named}"
