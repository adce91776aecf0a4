"""The migrations make the tables that the code writes to."""

from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.store.database import database_url, open_database
from bot.store.schema import HEAD, MIGRATIONS, upgrade
from bot.store.tables import metadata
from tests.postgresql import a_database


async def differences(url: str | None, folder: Path) -> list[Any]:
    async with open_database(database_url(url, folder)) as database:
        await upgrade(database)
        return await database.read(
            lambda connection: compare_metadata(MigrationContext.configure(connection), metadata)
        )


async def test_migrations_and_tables_agree_on_sqlite(tmp_path: Path) -> None:
    assert await differences(None, tmp_path) == []


async def test_migrations_and_tables_agree_on_postgresql(tmp_path: Path) -> None:
    assert await differences(await a_database(), tmp_path) == []


def test_the_newest_migration_is_the_one_that_a_start_looks_for() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD
