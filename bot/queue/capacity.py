"""How many runs go on at once, over all processes: each holds one of so many locks in PostgreSQL while it goes on.

A lock is its connection's, so it ends with the process, and some seconds after its machine is gone. The connection of
a process that is frozen falls idle, and PostgreSQL ends it; from version 14 on, before which that run still counts.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

import psycopg
from psycopg.conninfo import conninfo_to_dict

_LOCKS = 0x7476_0003  # of PostgreSQL's advisory locks with two numbers: ours, for the runs that go on
_SERVER_WATCHES = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"


# An older PostgreSQL does not know the setting: nothing is set there, and nothing fails.
_END_IF_IDLE = "SELECT set_config(name, %s, false) FROM pg_settings WHERE name = 'idle_session_timeout'"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Pulse:
    """How soon a dead process's runs are taken over: a heartbeat is due each `beat_s`, and missed after `dead_s`."""

    beat_s: float = 10.0
    dead_s: float = 30.0


def with_options(conninfo: str, ours: str) -> str:
    """Return *ours* behind the options that *conninfo* has: libpq would take either for all."""
    return f"{conninfo_to_dict(conninfo).get('options') or ''} {ours}".strip()


@contextlib.asynccontextmanager
async def capacity(conninfo: str, at_once: int, pulse: Pulse) -> AsyncIterator[bool]:
    """Count as one of *at_once* until left; False when there are that many already. Raises psycopg.Error."""
    connection = await psycopg.AsyncConnection.connect(
        conninfo, autocommit=True, options=with_options(conninfo, _SERVER_WATCHES)
    )
    try:
        free = (
            "SELECT number FROM generate_series(1, %s) AS number "
            "WHERE pg_try_advisory_lock(%s, number) LIMIT 1"  # it stops at the first that it gets
        )
        await connection.execute(_END_IF_IDLE, (f"{pulse.dead_s * 1000:.0f}",))
        got = await (await connection.execute(free, (at_once, _LOCKS))).fetchone() is not None
        beating = asyncio.create_task(_beat(connection, pulse.beat_s), name="the heartbeat of a run that counts")
        try:
            yield got
        finally:
            beating.cancel()
            await asyncio.wait({beating})
    finally:
        await connection.close()


async def _beat(connection: psycopg.AsyncConnection, beat_s: float) -> None:
    """Keep the connection from falling idle; should it end all the same, the run goes on and no longer counts."""
    try:
        while True:
            await asyncio.sleep(beat_s)
            await connection.execute("SELECT 1")
    except psycopg.Error as error:
        _log.warning("a run that goes on is no longer counted among the fleet's: %s", error)
