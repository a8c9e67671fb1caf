"""A quota is met before the first write of a phase, not in the middle of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import GateClosed
from tests.simulation.account import opened
from tests.simulation.faults import changes
from tests.simulation.migrating import Migrating

if TYPE_CHECKING:
    from pathlib import Path

ALLOWED = 300


def test_an_api_that_is_full_of_integrations_stops_direct_before_it_writes(tmp_path: Path) -> None:
    world = opened()
    we = Migrating(world, tmp_path)
    for phase in ("proxy", "cutover"):
        assert we(phase).well
    gateway = world.services.apigatewayv2
    (api,) = [each["ApiId"] for each in gateway.get_apis()["Items"] if each["ProtocolType"] == "HTTP"]
    for number in range(ALLOWED - len(gateway.get_integrations(ApiId=api)["Items"])):
        gateway.create_integration(
            ApiId=api, IntegrationType="HTTP_PROXY", IntegrationUri=f"https://{number}.example.com", Description=""
        )

    outcome = we("direct")

    assert isinstance(outcome.error, GateClosed)
    assert outcome.error.gate == "quota"
    assert f"http api {api} has {ALLOWED} integrations" in outcome.error.message
    assert [each for each in outcome.called if changes(each) and not each.endswith("Alias")] == []  # the lock
