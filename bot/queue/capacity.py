"""How many runs go on at once, over all processes: each holds one of so many locks in PostgreSQL while it goes on.

A lock is its connection's, so it ends with the process, and some seconds after its machine is gone. A process that is
frozen keeps its lock until it wakes or is killed: the fleet goes on with one run fewer at once.
"""

import contextlib
from collections.abc import AsyncIterator

import psycopg

_LOCKS = 0x7476_0003  # of PostgreSQL's advisory locks with two numbers: ours, for the runs that go on
_SERVER_WATCHES = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"


@contextlib.asynccontextmanager
async def capacity(conninfo: str, at_once: int) -> AsyncIterator[bool]:
    """Count as one of *at_once* until left; False when there are that many already. Raises psycopg.Error."""
    connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True, options=_SERVER_WATCHES)
    try:
        free = (
            "SELECT number FROM generate_series(1, %s) AS number "
            "WHERE pg_try_advisory_lock(%s, number) LIMIT 1"  # it stops at the first that it gets
        )
        yield await (await connection.execute(free, (at_once, _LOCKS))).fetchone() is not None
    finally:
        await connection.close()
