"""Repositories that `init` wrote, one for each sample."""

from __future__ import annotations

import pytest

from lambda_migrate.scaffold import git
from tests.scaffold.lifted import ORDERS, Lifted, lift
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
    """One cache for all repositories: what they import is the same."""
    return str(tmp_path_factory.mktemp("mypy"))
