"""A wire between the bot and a PostgreSQL, for tests that cut it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from sqlalchemy.engine import URL, make_url

from tests.postgresql import a_database


class Wire:
    """What lies between us and a PostgreSQL; once `silent` is set, nothing passes any more, and nobody is told.

    While it is `down` whoever connects is sent away, as by a machine whose PostgreSQL has ended.
    """

    def __init__(self, server: URL) -> None:
        self._server = server
        self.silent = asyncio.Event()
        self.down = False
        self._ends: list[asyncio.StreamWriter] = []

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.down:
            writer.close()
            return
        folder = self._server.query.get("host")
        there, port = self._server.host, self._server.port or 5432
        far = (
            asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{port}")
            if folder
            else asyncio.open_connection(there, port)
        )
        far_reader, far_writer = await far
        self._ends += [writer, far_writer]
        with contextlib.suppress(ConnectionError):
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))

    async def _carry(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(65536):
            if not self.silent.is_set():
                target.write(data)
                await target.drain()
        target.close()

    def go_down(self) -> None:
        self.down = True
        self.cut()

    def cut(self) -> None:
        for end in self._ends:
            end.close()


@contextlib.asynccontextmanager
async def a_wire() -> AsyncIterator[tuple[Wire, URL]]:
    server = make_url(await a_database())
    wire = Wire(server)
    listening = await asyncio.start_server(wire.connect, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    url = server.set(drivername="postgresql+psycopg", host="127.0.0.1", port=port, query={})
    try:
        yield wire, url
    finally:
        wire.cut()
        listening.close()
