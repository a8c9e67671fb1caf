"""What a team does on its first day: clone the repository and type `make check test parity`, here without a network.

The commands are the repository's own; `PYTHON` names a Python that fills environments with packages of this machine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.scaffold import git
from tests.scaffold import offline_environment
from tests.scaffold.lifted import lift
from tests.scaffold.teams import TEAMS

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.sandbox

COMPARED = {
    "http alone": ["/docs", "/docs/oauth2-redirect", "/openapi.json", "/orders/1", "/redoc", "/slow"],
    "messaging": ["/docs", "/docs/oauth2-redirect", "/openapi.json", "/parcels", "/parcels/1", "/redoc"],
    "settled": ["/docs", "/docs/oauth2-redirect", "/openapi.json", "/pages", "/redoc"],
    "packaged": ["/openapi.json", "/v2/items", "/v2/items/1"],
}
"""Paths that `make parity` has to have asked for; each was answered 200."""

NO_NETWORK = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull, "http_proxy": "http://127.0.0.1:9"}


def cloned(name: str, folder: Path) -> Path:
    """Lift a function, and return a clone of the repository that `init` commits."""
    lift(TEAMS[name], folder / "written")
    assert git.commit_all(folder / "written", name) == ""
    subprocess.run(["git", "clone", "--quiet", folder / "written", folder / "clone"], check=True)
    shutil.rmtree(folder / "written")
    return folder / "clone"


@pytest.mark.parametrize("name", TEAMS)
def test_a_clean_clone_passes_its_own_checks_tests_and_parity(name: str, tmp_path: Path, mypy_cache: str) -> None:
    clone = cloned(name, tmp_path)
    python = offline_environment.python(tmp_path / "python")
    shell = {
        variable: os.environ[variable] for variable in ("HOME", "LANG", "PATH", "TMPDIR") if variable in os.environ
    }

    ran = subprocess.run(
        ["make", "check", "test", "parity", f"PYTHON={python}"],
        cwd=clone,
        env={**shell, **NO_NETWORK, "MYPY_CACHE_DIR": mypy_cache},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    assert (clone / ".git" / "hooks" / "pre-commit").exists()
    assert not re.search(r"\d (failed|skipped|warning)", ran.stdout), ran.stdout
    compared = sorted(re.findall(r"^same    200 GET (\S+)$", ran.stdout, re.MULTILINE))
    assert compared == COMPARED[name]
    assert re.findall(r"^same    404 GET (\S+)$", ran.stdout, re.MULTILINE) == ["/lambda-migrate/no/such/path"]
    assert f"{len(compared) + 1} events, 0 answered differently" in ran.stdout
    status = subprocess.run(["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True)
    assert status.stdout == ""
