"""The built wheel: installed elsewhere, it has its workflows and runs."""

import asyncio
import json
import os
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


async def run(*command: str, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PIP_"))}
    environment["DATA_DIR"] = str(cwd / "data")
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return out.decode()


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


@pytest.fixture
async def installed(tmp_path: Path) -> Path:
    """Build the wheel without a network, install it into a fresh environment, and return that one's folder."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    await run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(ROOT), cwd=tmp_path)
    wheel = only(tmp_path, "troubleshooter-*.whl")
    place = tmp_path / "venv"
    venv.create(place, with_pip=False)
    packages = only(place, "lib/python*/site-packages")
    await run(*pip, "--python", str(place / "bin" / "python"), "install", "--no-deps", str(wheel), cwd=tmp_path)
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))  # those of this environment
    return place


async def test_an_installed_wheel_plans_its_own_workflows_and_reports_on_a_sandbox(
    installed: Path, tmp_path: Path
) -> None:
    program = str(installed / "bin" / "troubleshooter")
    assert json.loads(await run(program, "plan", "missing_data", "--json", cwd=tmp_path))["tasks"] == 10
    where = await run(str(installed / "bin" / "python"), "-c", "import bot; print(bot.__file__)", cwd=tmp_path)
    assert where.startswith(str(installed))
    assert "checks ran" in await run(program, "run", "is splunk ok", "--sandbox", "healthy", cwd=tmp_path)
