"""Users to whom things go wrong; see :mod:`tests.failures.user` and :mod:`tests.failures.intercepting_proxy`."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.failures.intercepting_proxy import standing_between
from tests.failures.user import KEYS, User, environment
from tests.support.service import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.failures.intercepting_proxy import InterceptingProxy
    from tests.support.forked import Loaded
    from tests.support.service import Service

ROLE = "arn:aws:iam::000000000000:role/wrong"


@pytest.fixture
def interceptor(embedded_aws: EmbeddedAws) -> Iterator[InterceptingProxy]:
    with standing_between(embedded_aws.port) as interceptor:
        yield interceptor


@pytest.fixture
def service() -> Iterator[Service]:
    with serving() as service:
        yield service


@pytest.fixture
def user(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    embedded_aws: EmbeddedAws,
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    interceptor: InterceptingProxy,
    loaded: Loaded,
    unique: str,
) -> User:
    secrets = client("secretsmanager")
    with contextlib.suppress(secrets.exceptions.ResourceExistsException):
        secrets.create_secret(Name=KEYS, SecretString="k1:the-signing-secret")
    make_function(Role=ROLE, Environment={"Variables": {"PASSWORD": "hunter2"}})
    ours = {**embedded_aws.environment, "AWS_ENDPOINT_URL": interceptor.url, "AWS_MAX_ATTEMPTS": "2"}
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in ours.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    somebody = User(tmp_path, unique, client, interceptor, loaded, environment(**ours))
    somebody.configure()
    return somebody
