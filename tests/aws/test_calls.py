"""How often a call of AWS is made."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from lambda_migrate.aws.calls import Manner
from lambda_migrate.aws.session import Aws
from lambda_migrate.errors import NoAnswer
from tests.support.waiting import TIMEOUT, eventually

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def silent() -> Iterator[tuple[str, list[socket.socket]]]:
    """An endpoint that takes every request, and answers none."""
    listener, taken = socket.create_server(("127.0.0.1", 0)), []

    def accept() -> None:
        while True:
            try:
                taken.append(listener.accept()[0])
            except OSError:
                return

    threading.Thread(target=accept, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", taken
    listener.close()
    for each in taken:
        each.close()


def test_an_invocation_that_may_have_changed_something_is_sent_once(
    silent: tuple[str, list[socket.socket]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "a")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    endpoint, taken = silent
    aws = Aws(region="eu-west-1", endpoint_url=endpoint, read_only=True).asking_once(0.2, 1)

    with pytest.raises(NoAnswer):
        aws.call("lambda", "invoke", FunctionName="orders", Payload=b"{}")

    # connections are taken in the order in which they came: once ours is, no other is on its way
    with socket.create_connection(("127.0.0.1", urlsplit(endpoint).port or 0), TIMEOUT) as last:
        eventually(lambda: last.getsockname() in [each.getpeername() for each in taken])
    assert len(taken) == 2


def test_other_calls_are_tried_as_often_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "4")

    assert Manner().as_botocore_takes_it()["retries"] == {"mode": "adaptive", "total_max_attempts": 4}
    assert Manner(1, 905.0, 8).as_botocore_takes_it() == {
        "retries": {"mode": "standard", "total_max_attempts": 1},
        "connect_timeout": 5,
        "read_timeout": 905.0,
        "max_pool_connections": 8,
        "user_agent_extra": "lambda-migrate",
    }
