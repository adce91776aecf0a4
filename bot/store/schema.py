"""The database's version: brought up to date by Alembic under a lock, refused when it is newer than we are."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.errors import StoreError
from bot.store.database import LONG_S, Database

HEAD = "0005"  # the newest migration; a test compares it with the files
MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x7476_0001  # of PostgreSQL's advisory locks: ours, for whoever migrates


async def upgrade(database: Database) -> str | None:
    """Bring *database* to HEAD; return the version it had, None if it was empty. Raises StoreError."""
    had = await version(database)
    return had if had == HEAD else await database.write(_upgrade, within_s=LONG_S)


async def version(database: Database) -> str | None:
    """Return the version that *database* has; None if it is empty."""
    return await database.read(_version)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> str | None:
    """Migrate in the transaction that *connection* is in: all or nothing, and one process at a time.

    SQLite's transaction holds the only write lock; PostgreSQL gets an advisory one until the transaction ends.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    had = _version(connection)  # again: another may have migrated while we waited
    if had == HEAD:
        return had
    # Alembic is imported only where there is something to migrate: it takes half a second.
    from alembic import command  # noqa: PLC0415 - see above
    from alembic.config import Config  # noqa: PLC0415 - see above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if had is not None and had not in known:
        raise StoreError(
            f"The database has version {had[:40]}, and this troubleshooter knows only up to {HEAD}: "
            "a newer one has upgraded it. Install that version; nothing was changed."
        )
    command.upgrade(config, "head")
    return had
