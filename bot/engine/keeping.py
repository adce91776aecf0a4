"""What becomes known of a run, kept in its journal until that fails or is another process's."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from bot.domain.kept import KeptSearch
from bot.domain.run import ModelCall, Run, TaskResult
from bot.errors import RunTaken, StoreError
from bot.ports import Journal

_log = logging.getLogger(__name__)


class Keeping:
    """Raises nothing. After the first failure, which *failed* hears of, nothing is written any more.

    *taken* is called when another process has the run.
    """

    def __init__(self, journal: Journal, taken: Callable[[], None], failed: Callable[[StoreError], None]) -> None:
        self._journal = journal
        self._taken = taken
        self._tell_failed = failed
        self.failed = False

    async def search(self, search: KeptSearch) -> None:
        await self._write(self._journal.keep_search(search))

    async def model_call(self, number: int, call: ModelCall) -> None:
        await self._write(self._journal.keep_model_call(number, call))

    async def result(self, result: TaskResult) -> None:
        await self._write(self._journal.keep_result(result))

    async def run(self, run: Run) -> None:
        await self._write(self._journal.keep_run(run))

    async def _write(self, writing: Coroutine[Any, Any, None]) -> None:
        if self.failed:
            writing.close()
            return
        try:
            await writing
        except RunTaken:
            _log.info("run %s is another process's now", self._journal.run_id)
            self._taken()
        except StoreError as error:
            _log.warning("run %s could not be kept: %s", self._journal.run_id, error)
            self.failed = True
            self._tell_failed(error)
