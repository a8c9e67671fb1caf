"""The command line, called in this process: ``run("status", "--json")``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.migration import Migration, migrating
from tests.cli.user import User
from tests.support.screen import Answer, call
from tests.support.service import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.session import Aws


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """Call the program in an empty folder; `typed` is what a person answers, which makes it interactive."""
    monkeypatch.chdir(tmp_path)
    return call


@pytest.fixture
def user(run: Callable[..., Answer], tmp_path: Path, aws: Aws, make_function: Callable[..., str], unique: str) -> User:
    arn = make_function(Environment={"Variables": {"PASSWORD": "hunter2"}})
    aws.call("secretsmanager", "create_secret", Name=f"{unique}/keys", SecretString="k1:the-signing-secret")
    user = User(run, tmp_path, unique, arn, aws)
    user.configure()
    return user


@pytest.fixture
def migration(
    run: Callable[..., Answer],
    tmp_path: Path,
    aws: Aws,
    client: Callable[[str], Any],
    make_function: Callable[..., str],
    unique: str,
) -> Iterator[Migration]:
    arn = make_function(Environment={"Variables": {"PASSWORD": "hunter2"}})
    with migrating(run, tmp_path, aws, client, arn, unique) as migration:
        yield migration


@pytest.fixture
def service() -> Iterator[str]:
    with serving() as service:
        yield service.url
