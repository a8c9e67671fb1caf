"""Repositories that `init` wrote, one for each sample."""

from __future__ import annotations

import fcntl
import os
import shutil

import pytest

from lambda_migrate.scaffold import git
from tests.scaffold.lifted import ORDERS, Lifted, lift, run
from tests.scaffold.samples import SAMPLES


@pytest.fixture(scope="session", params=["orders", *SAMPLES])
def lifted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lifted:
    name: str = request.param
    sample = ORDERS if name == "orders" else SAMPLES[name]
    folder = tmp_path_factory.mktemp(name) / "repository"
    lift(sample, folder)
    assert git.commit_all(folder, name) == ""
    return Lifted(name, sample, folder)


@pytest.fixture(scope="session")
def mypy_cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One cache for all repositories of a worker: what they import is the same.

    The first worker fills it, which takes as long as ten repositories do afterwards; the others begin with a copy.
    """
    own = tmp_path_factory.mktemp("mypy")
    if "PYTEST_XDIST_WORKER" in os.environ:
        of_all = tmp_path_factory.getbasetemp().parent
        with (of_all / "mypy.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (of_all / "mypy").exists():
                for number, sample in enumerate((ORDERS, SAMPLES["plain"])):  # for two versions of Python
                    lift(sample, own / str(number))
                    run(own / str(number), "mypy", "--cache-dir", str(own / "first"))
                (own / "first").rename(of_all / "mypy")
        shutil.copytree(of_all / "mypy", own / "cache")
    return str(own / "cache")
