"""The command line as a person has it: a process of its own, far from this machine's settings."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.shipped import ROOT

_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command ended with."""

    code: int
    out: str
    err: str


async def troubleshooter(
    *arguments: str, cwd: Path, stdin: str = "", largest_file: str = "", **environment: str
) -> Said:
    """Run `troubleshooter` with *arguments* in *cwd*; only *environment* and what any process needs is set.

    *largest_file*, in bytes, is what a disk that fills up leaves it.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    limit = (
        f"import resource as r; r.setrlimit(r.RLIMIT_FSIZE, ({largest_file}, {largest_file})); " if largest_file else ""
    )
    code = f"{limit}import sys; sys.path.insert(0, {str(ROOT)!r}); from bot.cli import main; main()"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        "-c",
        code,
        *arguments,
        cwd=cwd,
        env=kept | {"DATA_DIR": str(cwd / "data")} | environment,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(stdin.encode())
    assert process.returncode is not None
    return Said(process.returncode, out.decode(), err.decode())
