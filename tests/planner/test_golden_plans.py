"""Whole plans, as they are saved and as they are shown. `UPDATE_GOLDEN=1` writes them again; read the diff then."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.engine.plan import Plan
from lambda_migrate.planner import cutover, direct, proxy, retire, rotate_keys
from tests.planner import worlds

if TYPE_CHECKING:
    from collections.abc import Callable

GOLDEN = Path(__file__).parent.parent / "golden" / "plans"

PLANS: dict[str, Callable[[], Plan]] = {
    "proxy-of-a-fresh-function": lambda: proxy.plan(
        worlds.FRESH, worlds.settings(), events="non-api", layer_sha256=worlds.LAYER, signing_key="k1"
    ),
    "first-cutover": lambda: cutover.plan(worlds.PROXIED, worlds.settings()),
    "cutover-of-half-a-canary": lambda: cutover.plan(worlds.HALF_WAY, worlds.settings()),
    "direct": lambda: direct.plan(
        worlds.CUT_OVER, worlds.settings(), consumers=frozenset({worlds.QUEUE}), resources=worlds.QUICK
    ),
    "first-signing-key": lambda: rotate_keys.rotate(
        worlds.FRESH, worlds.settings(), keys=[], layer_sha256=worlds.LAYER
    ),
    "next-signing-key": lambda: rotate_keys.rotate(
        worlds.signed("k1"), worlds.settings(), keys=["k1"], layer_sha256=worlds.LAYER, weights=[25, 100], bake=60.0
    ),
    "end-of-a-signing-key": lambda: rotate_keys.finish(worlds.signed("k1", "k2"), worlds.settings(), keys=["k2", "k1"]),
    "retire": lambda: retire.plan(worlds.DIRECT, worlds.settings(), worlds.QUIET, ours=frozenset({"11111111-2222"})),
}


def shown(plan: Plan) -> str:
    lines = [f"{step.id}  {step.action.symbol} {step.action.describe()}" for step in plan.steps]
    lines += [f"blocked: {blocker}" for blocker in plan.blockers]
    lines += [f"warning: {warning}" for warning in plan.warnings]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", sorted(PLANS))
def test_the_plan_is_the_golden_one(name: str) -> None:
    # The fingerprint covers all that the inventory knows; what the inventory learns more is no change of the plan.
    plan = replace(PLANS[name](), fingerprint="0" * 64)
    data, text = GOLDEN / f"{name}.json", GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(parents=True, exist_ok=True)
        data.write_text(json.dumps(plan.to_dict(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        text.write_text(shown(plan), encoding="utf-8")

    assert plan.to_dict() == json.loads(data.read_text(encoding="utf-8"))
    assert shown(plan) == text.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(PLANS))
def test_a_plan_survives_json_and_is_the_same_when_made_again(name: str) -> None:
    plan = PLANS[name]()

    assert Plan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan
    assert PLANS[name]().id == plan.id
