from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.end_to_end.stage import BOTH, DOOMED, Stage, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws


@pytest.fixture(scope="session")
def stage(embedded_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The function in all its versions, and the service; made once per worker."""
    with set_up(embedded_aws, tmp_path_factory.mktemp("end-to-end")) as made:
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda alias: made.invoke(alias, {"first": "invocation"}), BOTH))
        yield made


@pytest.fixture(scope="session", autouse=True)
def failed(stage: Stage) -> dict[str, str]:
    """Invoke both versions with an event that always fails, and say where it shall go then; returns those queues' URLs.

    It takes 18 s until it goes there: everything else is tested meanwhile.
    """
    queues = {}
    for alias in BOTH:
        queues[alias], arn = stage.queue(f"{stage.function}-{alias}-failed")
        stage.aws.call(
            "lambda",
            "put_function_event_invoke_config",
            FunctionName=stage.function,
            Qualifier=alias,
            MaximumRetryAttempts=2,
            DestinationConfig={"OnFailure": {"Destination": arn}},
        )
        assert stage.invoke(alias, DOOMED, InvocationType="Event")["status"] == 202
    return queues
