"""What the journeys share: an embedded AWS of their own, which each empties, and the program, loaded once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
from tests.chaos.journey import Reference, Stage, undisturbed
from tests.chaos.service import serving
from tests.chaos.story import JOURNEY
from tests.failures.intercepting_proxy import standing_between
from tests.support.chaos import FULL
from tests.support.embedded_aws import clients_of
from tests.support.forked import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws as Account
    from tests.failures.intercepting_proxy import InterceptingProxy
    from tests.support.forked import Loaded


@pytest.fixture(scope="package")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with EmbeddedAws.start(tmp_path_factory.mktemp("account")) as aws:
        yield aws


@pytest.fixture(scope="package")
def looking(account: Account) -> Callable[[str], Any]:
    """Return clients that look at the account past whatever stands between."""
    return clients_of(account)


@pytest.fixture(scope="package")
def interceptor(account: Account) -> Iterator[InterceptingProxy]:
    with standing_between(account.port) as interceptor:
        yield interceptor


@pytest.fixture(scope="package")
def stage(
    account: Account, looking: Callable[[str], Any], interceptor: InterceptingProxy, loaded: Loaded
) -> Iterator[Stage]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAMBDA_MIGRATE_"))}
    ours = {"AWS_ENDPOINT_URL": interceptor.url, "AWS_MAX_ATTEMPTS": "2", "PYTHONPATH": str(REPOSITORY)}
    with serving() as service:
        yield Stage(account, looking, interceptor, service, loaded, {**kept, **account.environment, **ours})


@pytest.fixture(scope="package")
def reference(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """The journey to which nothing happens; a short one ends with the cutover."""
    return undisturbed(stage, tmp_path_factory.mktemp("undisturbed") / "work", JOURNEY if FULL else JOURNEY[:4])
