"""What a database's error means: whether it passes, and what is wrong in a sentence."""

import logging

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.errors import StoreError

_log = logging.getLogger(__name__)


def passes(error: Exception) -> bool:
    """Say whether the same work may be done later: the server is away, or another holds the lock."""
    if isinstance(error, (OSError, PoolTimeout)):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:  # classes 08 connection, 53 resources, 57P shutdown and 40 rollback (PostgreSQL, appendix A)
        return str(state)[:2] in {"08", "40"} or str(state)[:3] in {"57P", "533"}
    said = str(error.orig).lower()
    if any(sign in said for sign in _SENTENCES if sign != _LOCKED):
        return False
    return _LOCKED in said or "connection" in said or "server closed" in said


def translate(error: Exception, url: URL) -> StoreError:
    """Say what is wrong with the database in a sentence; to be raised `from` *error*."""
    if isinstance(error, StoreError):
        return error
    where = f"The database {url.database or 'in memory'}" if url.get_backend_name() == "sqlite" else _server(url)
    said = str(getattr(error, "orig", None) or error).lower()
    for sign, sentence in _SENTENCES.items():
        if sign in said:
            return StoreError(f"{where} {sentence}")
    if passes(error):
        return StoreError(f"{where} does not answer. Start it, or check DATABASE_URL.")
    _log.error("the database refused", exc_info=error)
    return StoreError(f"{where} took no query ({type(error).__name__}); the log has it.")


def _server(url: URL) -> str:
    port = f":{url.port}" if url.port else ""
    return f"The PostgreSQL database {url.database or ''} at {url.host or 'localhost'}{port}"


_LOCKED = "is locked"
_SENTENCES = {
    "unable to open": "cannot be opened. Make its folder writable, or set DATA_DIR to one that is.",
    "readonly": "is read-only. Make the file and its folder writable, or set DATA_DIR to a folder that is.",
    "read-only": "is read-only. Connect to one that may be written.",
    "disk is full": "has no space left on its disk. Free some; nothing that was kept is lost.",
    "no space": "has no space left on its disk. Free some; nothing that was kept is lost.",
    "disk i/o": "cannot be read or written: the disk reports errors.",
    "not a database": "is no SQLite database, or is damaged. It was left as it is: move it away, or set DATA_DIR.",
    "malformed": "is damaged. It was left as it is: move it away, or restore it from a copy.",
    _LOCKED: "is locked by another process. End that, or wait until it is done.",
    "password authentication": "does not take the user or password of DATABASE_URL.",
    "no password supplied": "wants a password; DATABASE_URL has none.",
    "does not exist": "lacks something that DATABASE_URL names: create the database or role, or correct the URL.",
    "permission denied": "refuses this user. Grant it the right to create and write tables in its schema.",
    "could not translate host name": "has a host name that is not known. Correct DATABASE_URL.",
    "failed to resolve host": "has a host name that is not known. Correct DATABASE_URL.",
}
