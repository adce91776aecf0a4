"""What models took on a day, added up over all who write to the database."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.spending import Spent
from bot.store.database import database_url
from bot.store.runs import open_runs_store
from tests.postgresql import a_database

DAY = "2026-11-28"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_two_processes_add_to_one_day(kind: str, tmp_path: Path) -> None:
    url = database_url(await a_database() if kind == "postgresql" else None, tmp_path)
    each = Spent(tokens=3_000_000_000, model_calls=1, searches=2, seconds=0.5)
    async with open_runs_store(url) as one, open_runs_store(url) as other:
        assert await one.days.spend(DAY, Spent()) == Spent()
        await asyncio.gather(*(store.days.spend(DAY, each) for store in (one, other, one, other)))
        assert await other.days.spend(DAY, Spent()) == each + each + each + each
        assert await one.days.spend("2026-11-29", each) == each
