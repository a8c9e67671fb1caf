"""The flips of the first cutover of the golden plans, as they stand once all of it is applied."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.engine.plan import Plan
from lambda_migrate.handover.alias_arn import import_arns
from lambda_migrate.handover.flips import flips

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_migrate.handover.model import Flip
    from lambda_migrate.handover.patch import Patched
    from lambda_migrate.handover.patchers import Patcher

GOLDEN = Path(__file__).parents[1] / "golden" / "plans"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
ALIAS = f"{FUNCTION}:live"


def standing(plan: str = "first-cutover") -> tuple[Flip, ...]:
    steps = Plan.from_dict(json.loads((GOLDEN / f"{plan}.json").read_text())).steps
    return import_arns(flips(step.action for step in steps), FUNCTION)


def patched(patcher: Patcher, files: Mapping[str, str]) -> Patched:
    return patcher(files, standing(), "orders", "live")


FLIPS = {flip.name: flip for flip in standing()}
PARKED = FLIPS["news_parked_subscription"].terraform.identity["arn"]  # type: ignore[union-attr]
"""What SNS calls the subscription that the cutover has parked."""
