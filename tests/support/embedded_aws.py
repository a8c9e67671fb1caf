"""An embedded AWS for tests, shared by all tests of one pytest-xdist worker.

It starts in about 0.5 s, once. Tests share it, so every test names its resources with ``unique`` and reads back only
what it made. Fixtures:

``embedded_aws``  the running :class:`~lambda_migrate.sandbox.embedded_aws.EmbeddedAws` (``.endpoint_url``, ...).
``client``        ``client("lambda")`` is the boto3 client of a service there; made once per worker.
``aws``           an :class:`~lambda_migrate.aws.session.Aws` there, for the code under test. Sets the environment
                  variables of the embedded AWS for the time of the test, so that subprocesses and other sessions
                  find it too.
``unique``        a prefix for names, different in every test: ``f"{unique}-queue"``.
``make_function`` ``make_function(source, **overrides)`` makes a small Python function named ``unique`` (or
                  ``FunctionName=...``), waits until it is active and returns its unqualified ARN. Without ``source`` it
                  returns the event and the version that executed it. A first (cold) invocation takes about 0.3 s,
                  later ones a few milliseconds.

Tests that use them carry ``@pytest.mark.sandbox`` (or ``pytestmark = pytest.mark.sandbox``).
"""

from __future__ import annotations

import io
import zipfile
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config

from lambda_migrate.aws.session import Aws
from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACTIVE_AFTER = 0.16
"""Seconds until a new function is active (`FUNCTION_UPDATE_SECONDS` of the sandbox), so that two looks are enough."""

ECHO = """
def handler(event, context):
    return {"event": event, "version": context.function_version, "arn": context.invoked_function_arn,
            "request_id": context.aws_request_id}
"""


@pytest.fixture(scope="session")
def embedded_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    with EmbeddedAws.start(tmp_path_factory.mktemp("aws")) as aws:
        yield aws


def archive(source: str) -> bytes:
    """Return a zip that holds one Python file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as code:
        code.writestr("index.py", source)
    return buffer.getvalue()


def clients_of(aws: EmbeddedAws) -> Callable[[str], Any]:
    """Return what makes boto3's clients, one for each service."""
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=aws.region)
    config = Config(retries={"total_max_attempts": 1}, read_timeout=60)

    @cache
    def make(service: str) -> Any:
        return session.client(service, endpoint_url=aws.endpoint_url, config=config)

    return make


@pytest.fixture(scope="session")
def client(embedded_aws: EmbeddedAws) -> Callable[[str], Any]:
    return clients_of(embedded_aws)


@pytest.fixture
def aws(embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    for name, value in embedded_aws.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return Aws(region=embedded_aws.region, endpoint_url=embedded_aws.endpoint_url)


@pytest.fixture
def unique() -> str:
    return f"t{uuid4().hex[:10]}"


@pytest.fixture
def make_function(client: Callable[[str], Any], embedded_aws: EmbeddedAws, unique: str) -> Callable[..., str]:
    return function_maker(client, embedded_aws.account, unique)


def function_maker(client: Callable[[str], Any], account: str, unique: str) -> Callable[..., str]:
    """Return what makes small functions, as ``make_function`` does."""

    def make(source: str = ECHO, **overrides: Any) -> str:
        parameters = {
            "FunctionName": unique,
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Role": f"arn:aws:iam::{account}:role/{unique}",
            "Code": {"ZipFile": archive(source)},
            "Timeout": 10,
        } | overrides
        arn: str = client("lambda").create_function(**parameters)["FunctionArn"]
        waiter = client("lambda").get_waiter("function_active_v2")
        waiter.wait(FunctionName=parameters["FunctionName"], WaiterConfig={"Delay": ACTIVE_AFTER, "MaxAttempts": 200})
        return arn

    return make
