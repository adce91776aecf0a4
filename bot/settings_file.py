"""The optional settings file: YAML with the names of Settings, and with the names of variables where a secret goes."""

import os
import re
from collections.abc import Collection, Hashable, Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml
from dotenv import dotenv_values

from bot.errors import SettingsError

DEFAULT_FILE = Path("bot.yml")
_SECRET = re.compile(
    r"(^|[_-])(token|password|secret|key|authorization|cookie|database_url|otlp_headers)$", re.IGNORECASE
)
_FROM = "_from"
_EACH_FROM = ("env_from", "headers_from")  # by whose names a server's own are: each names a variable of ours


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice, where YAML lets the last one win, and aliases, which may hold themselves."""

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
                raise yaml.MarkedYAMLError(problem=f"{key.value!r} stands twice", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def read_settings_file(known: Collection[str]) -> dict[str, Any]:
    """Return what SETTINGS_FILE, else bot.yml here, holds of the *known* settings; nothing without a file.

    Raises SettingsError for a file that cannot be read, or that holds anything else.

    `token_from: NAME` takes the token from the environment or .env: no secret may stand in the file itself.
    """
    named = os.environ.get("SETTINGS_FILE") or dotenv_values(".env").get("SETTINGS_FILE")
    path = Path(named) if named else DEFAULT_FILE
    if not named and not path.is_file():
        return {}
    try:
        held = yaml.load(path.read_text("utf-8"), _Loader)  # noqa: S506 - a SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise SettingsError(f"The settings file {path} cannot be read: {why}.") from error
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SettingsError(f"The settings file {path}{line}: {error.problem}.") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise SettingsError(f"The settings file {path} is no YAML that can be read.") from error
    if held is None:
        return {}
    if not isinstance(held, dict):
        raise SettingsError(f"The settings file {path} must hold names with values, such as `keep_days: 14`.")
    filled = dict(_entry(str(key), each, str(path), str(key)) for key, each in held.items())
    if unknown := filled.keys() - known:
        raise SettingsError(f"The settings file {path} knows no {', '.join(sorted(unknown))}. {_known(unknown, known)}")
    return filled


def _known(unknown: Iterable[str], known: Collection[str]) -> str:
    alike = [each for name in unknown for each in get_close_matches(name, known, n=1)]
    return f"Is {alike[0]} meant?" if alike else "It takes the names of .env.sample in small letters; see the README."


def _filled(value: object, path: str, where: str) -> object:
    """Return *value* with the secrets that its `…_from` name."""
    if isinstance(value, list):
        return [_filled(each, path, where) for each in value]
    if not isinstance(value, dict):
        return value
    return dict(_entry(str(key), each, path, f"{where}{key}") for key, each in value.items())


def _entry(key: str, value: object, path: str, where: str) -> tuple[str, object]:
    if _SECRET.search(key):
        group = where.split(".")[-2] if "." in where else ""
        named = f"{group}{_FROM}: {{{key}: NAME}}" if f"{group}{_FROM}" in _EACH_FROM else f"{key}{_FROM}: NAME"
        raise SettingsError(
            f"The settings file {path} holds a secret at {where}. Put it into the environment or .env, and name that "
            f"variable: {named}"
        )
    if key in _EACH_FROM and isinstance(value, dict):
        return key, {str(name): _variable(each, path, f"{where}.{name}") for name, each in value.items()}
    bare = key.removesuffix(_FROM)
    if bare == key or not _SECRET.search(bare):
        return key, _filled(value, path, f"{where}.")
    return bare, _variable(value, path, where)


def _variable(name: object, path: str, where: str) -> str:
    value = os.environ.get(str(name)) or dotenv_values(".env").get(str(name))
    if value:
        return value
    if not re.fullmatch(r"[A-Za-z_]\w{0,60}", str(name)) or str(name).startswith("eyJ"):  # a secret itself, perhaps
        raise SettingsError(
            f"{where} of {path} must be the name of a variable that holds it, such as SPLUNK_TOKEN_LAB."
        )
    raise SettingsError(f"{where} of {path} names the variable {name}, which is not set.")
