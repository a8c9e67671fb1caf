"""Services and functions that end with their test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.proxy.service import Behaviour, Service, echo
from tests.proxy.web_adapter import adapters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lambda_migrate.sandbox.web_adapter import Adapter


@pytest.fixture
def serve() -> Iterator[Callable[..., Service]]:
    started: list[Service] = []

    def begin(behave: Behaviour = echo) -> Service:
        started.append(Service(behave))
        return started[-1]

    yield begin
    for service in started:
        service.close()


@pytest.fixture
def service(serve: Callable[..., Service]) -> Service:
    return serve()


@pytest.fixture
def under_adapter(tmp_path: Path) -> Iterator[Callable[..., Adapter]]:
    with adapters(tmp_path) as start:
        yield start
