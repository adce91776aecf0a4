"""The .env file here: what it holds, and which of its names nobody reads."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

from bot.errors import SettingsError

ENV_FILE = Path(".env")
_OF_THE_PROCESS = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "XDG_DATA_HOME")  # which .env is not
_ALIKE = 0.85  # of two names, one of which is a slip of the other


def env_file() -> dict[str, str]:
    """Return what .env here holds and is not empty; nothing where there is no such file. Raises SettingsError."""
    read = "".join(each.original.string for each in _statements() if not each.error)  # of others dotenv would log
    return {name: value for name, value in dotenv_values(stream=StringIO(read)).items() if value}


def env_faults() -> Iterator[str]:
    """Yield a sentence for each line of .env that is none, and not its text, a secret perhaps. Raises SettingsError."""
    for each in _statements():
        if each.error:
            text = each.original.string
            line = each.original.line + text[: len(text) - len(text.lstrip())].count("\n")
            yield f".env, line {line}: must be NAME=value, with a quote closed where one is opened."


def _statements() -> list[Binding]:
    if ENV_FILE.is_fifo():  # to read it could take forever
        raise SettingsError("The .env here is a pipe. Make it a file, or give its variables in the environment.")
    if not ENV_FILE.is_file():
        return []
    try:
        return list(parse_stream(StringIO(ENV_FILE.read_text("utf-8-sig"))))
    except UnicodeDecodeError as error:
        raise SettingsError("The .env file here is not UTF-8 text. Write it as .env.sample shows.") from error
    except OSError as error:
        raise SettingsError(f"The .env file here cannot be read: {error.strerror}.") from error


def unread(known: Collection[str]) -> Iterator[str]:
    """Yield a sentence for each name in .env that looks like one of ours, and is none of the *known*."""
    names = sorted(name.upper() for name in known)
    begins = tuple({f"{name.partition('_')[0]}_" for name in names if "_" in name})
    for name in sorted({each.upper() for each in env_file()} - set(names)):
        if name in _OF_THE_PROCESS:
            yield f"{name} in .env is not read. Set it in the environment."
            continue
        alike = get_close_matches(name, names, n=1)
        meant = f" Is {alike[0]} meant?" if alike else ""
        if name.startswith(begins) or get_close_matches(name, names, n=1, cutoff=_ALIKE):
            yield f"{name} in .env is no setting of ours, and is not read.{meant}"
