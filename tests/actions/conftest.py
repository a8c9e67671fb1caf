from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.stub import Stubber

from lambda_migrate.aws.session import Aws
from tests.actions.crashes import Crashes
from tests.actions.stage import Stage
from tests.targets.stand_in import StandIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws


@pytest.fixture(scope="session")
def crashing(embedded_aws: EmbeddedAws) -> Crashes:
    """One session per worker, because making its clients takes longer than most of these tests."""
    return Crashes(Aws(region=embedded_aws.region, endpoint_url=embedded_aws.endpoint_url))


@pytest.fixture
def crashes(crashing: Crashes) -> Crashes:
    crashing.arm()
    return crashing


@pytest.fixture
def aws(crashes: Crashes) -> Aws:
    return crashes.aws


@pytest.fixture
def stage(
    client: Callable[[str], Any], make_function: Callable[..., str], unique: str, aws: Aws, tmp_path: Path
) -> Stage:
    StandIn.detach(aws, "lambda")  # the session is shared, and what stood in for an earlier stage has ended with it
    return Stage(client, make_function, unique, aws, tmp_path)


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def offline(slept: list[float]) -> Aws:
    return Aws(region="us-east-1", sleep=slept.append)


@pytest.fixture
def stubbed(offline: Aws) -> Iterator[Callable[[str], Stubber]]:
    stubs: dict[str, Stubber] = {}

    def stub(service: str) -> Stubber:
        if service not in stubs:
            stubs[service] = Stubber(offline.client(service))
            stubs[service].activate()
        return stubs[service]

    yield stub
    for each in stubs.values():
        each.assert_no_pending_responses()
