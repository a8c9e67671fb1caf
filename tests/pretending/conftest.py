"""The lines in the registries, for the length of a test: a trigger, a target, a gate and a phase that nobody has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from lambda_migrate import config
from lambda_migrate.gates import GATES
from lambda_migrate.gates.gate import Gate
from lambda_migrate.planner import journey
from lambda_migrate.planner.journey import Mark, Phase
from lambda_migrate.targets import TARGETS, any_settings
from lambda_migrate.targets.kind import TargetKind
from lambda_migrate.triggers import TRIGGERS
from lambda_migrate.triggers.kind import TriggerKind
from lambda_migrate.workflow import phases
from tests.cli.conftest import run, service, user
from tests.pretending import barn, courier, full_moon, rehearse

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["run", "service", "user"]


@pytest.fixture
def a_courier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TRIGGERS, courier.KIND, TriggerKind.of(courier))


@pytest.fixture
def a_barn(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A target also widens what migration.yaml may say, which is read from the registry when the program starts."""
    monkeypatch.setitem(TARGETS, barn.KIND, TargetKind.of(barn))
    _read_targets()
    yield
    monkeypatch.undo()
    _read_targets()


def _read_targets() -> None:
    config.Service.model_fields["target"].annotation = any_settings(TARGETS.values())
    config.Service.model_rebuild(force=True)
    config.Migration.model_rebuild(force=True)


@pytest.fixture
def a_full_moon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GATES, full_moon.NAME, Gate.of(full_moon))


@pytest.fixture
def a_rehearsal(a_full_moon: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    line = Phase(
        "rehearse",
        journey.LIFT,
        "rehearse",
        marks=lambda _facts: iter([Mark(journey.LIFT, "now", "not rehearsed yet")]),
        due=lambda facts: not facts.latest("rehearse"),
        ahead=lambda _facts: ("plan",),
        planned=True,
    )
    monkeypatch.setattr(journey, "PHASES", (*journey.PHASES, line))
    monkeypatch.setitem(sys.modules, f"{phases.__name__}.rehearse", rehearse)
    phases.load.cache_clear()
    yield
    phases.load.cache_clear()
