"""A REST API in the simulated account: moved, moved on by a canary, and back, with nobody unanswered in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulation.account import opened, rest_api
from tests.simulation.faults import Fault
from tests.simulation.migrating import Migrating
from tests.simulation.service_models import problems
from tests.simulation.snapshot import differences, taken
from tests.simulation.unkindness import Unkindness
from tests.simulation.watch import Watch
from tests.simulation.world import FUNCTION

if TYPE_CHECKING:
    from pathlib import Path

ARN = f"arn:aws:lambda:eu-west-1:123456789012:function:{FUNCTION}"
PATH = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"
SLOW = Unkindness(spread=True, lag=1.0)


FAULTS: dict[str, tuple[Fault, ...]] = {
    "none": (),
    "its deployment is made and nobody hears of it": (Fault("lost after", 1, "apigateway:CreateDeployment"),),
    "killed before the stage changes": (Fault("killed before", 1, "apigateway:UpdateStage"),),
    "killed after the stage has changed": (Fault("killed after", 1, "apigateway:UpdateStage"),),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("unkind", [Unkindness(), SLOW], ids=["kind", "unkind"])
def test_it_goes_all_the_way_and_back_and_everybody_is_answered(tmp_path: Path, unkind: Unkindness, fault: str) -> None:
    world = opened(5, unkind, rest_api)
    before, watch, odd = taken(world), Watch(world), dict[str, None]()

    def check(service: str, operation: str, given: Any, answer: Any) -> None:
        if service == "apigateway":
            odd.update(dict.fromkeys(problems(service, operation, given, answer)))

    we = Migrating(world, tmp_path, wrote=watch.look, check=check)
    told = [f"proxy: {we('proxy').how}"]
    for each in ("cutover", "direct"):
        outcome = we(each, *FAULTS[fault])
        if outcome.how == "killed":
            outcome = we(each)
        told.append(f"{each}: {outcome.how}{outcome.error or ''}")
    went = {way.goes for way in world.ways if way.source.startswith("method ")}
    told.append(f"rollback: {we('rollback').how}")

    assert told == ["proxy: done", "cutover: done", "direct: done", "rollback: done"]
    assert went == {"the service"}
    assert watch.broken == []
    assert list(odd) == []
    assert [each for each in differences(before, taken(world)) if each.startswith("REST")] == []
