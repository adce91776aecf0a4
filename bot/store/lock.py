"""One server on one SQLite file: two would take each other's runs for those of a dead process."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import URL

from bot.errors import StoreError


@contextlib.contextmanager
def only_server(url: URL) -> Iterator[None]:
    """Hold the database's lock; the system lets go of it even when the process is killed. Raises StoreError.

    PostgreSQL needs none: there the queue knows who is alive.
    """
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    path = Path(f"{url.database}.lock")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = path.open("a")
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}. Set DATA_DIR to a folder of yours.") from error
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(
                f"Another troubleshooter serves with {url.database}. Stop that one, or set DATA_DIR; "
                "several at once need PostgreSQL (DATABASE_URL)."
            ) from None
        yield
