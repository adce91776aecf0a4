"""What models took on each day, added up over all processes of the database."""

from sqlalchemy import Connection

from bot.domain.spending import Spent
from bot.store.database import Database
from bot.store.journal import insert
from bot.store.tables import days


class StoredDays:
    """The DayBook in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def spend(self, day: str, spent: Spent) -> Spent:
        """Add *spent* to *day*, and return the day's sum. Raises StoreError."""

        def work(connection: Connection) -> Spent:
            line = insert(connection, days).values(day=day, **spent.model_dump())
            sums = {name: days.c[name] + line.excluded[name] for name in Spent.model_fields}
            added = line.on_conflict_do_update(index_elements=[days.c.day], set_=sums)
            row = connection.execute(added.returning(*(days.c[name] for name in Spent.model_fields)))
            return Spent.model_validate(dict(row.mappings().one()))

        return await self._database.write(work)
