"""Services and functions that end with their test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.proxy.service import Behaviour, Service, echo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
