"""Kinds of trigger that only the tests have: the line in the registry, for the length of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.triggers import TRIGGERS
from lambda_migrate.triggers.kind import TriggerKind
from tests.triggers import pigeon, snail

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def made_up_kinds() -> Iterator[None]:
    """Register the kinds that nobody has."""
    made_up = [TriggerKind.of(pigeon), TriggerKind.of(snail)]
    TRIGGERS.update({kind.name: kind for kind in made_up})
    yield
    for kind in made_up:
        del TRIGGERS[kind.name]
