"""Tries the way from an HTTP API to the service on a route of our own, before one of somebody's moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.api_gateway.end_rehearsal import EndRehearsal
from lambda_migrate.actions.api_gateway.rehearse_route import RehearseRoute
from lambda_migrate.engine.plan import Step
from lambda_migrate.gates import http_api_not_rehearsed
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import sha256

if TYPE_CHECKING:
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.triggers.base import Trigger
    from lambda_migrate.triggers.http_api import Settings

REHEARSAL = "/lambda-migrate-probe-"
"""How the path of a rehearsal route begins; the service answers a signed request for it."""

DEFAULT_STAGE = "$default"

PROPAGATION = 30.0
"""Seconds until a deployment that API Gateway calls done serves everywhere; it says so nowhere, and is generous."""


def rehearsal_of(trigger: Trigger[Settings], stages: list[str], marker: str, *, keyed: bool) -> tuple[Step, ...]:
    """Return the steps that call the service through the API on a route of our own, before one of others moves."""
    settings = trigger.settings
    if not (settings.endpoint and settings.routes):
        return ()
    path = f"{REHEARSAL}{sha256([settings.api, settings.integration, marker])[:16]}"
    stage = stages[0] if stages else DEFAULT_STAGE
    asked = path if stage == DEFAULT_STAGE else f"/{stage}{path}"
    made = RehearseRoute(settings.api, path, f"marker:{marker}", settings.endpoint, asked, keyed)
    return (
        Step(
            "",
            made,
            "it is called through the API before a route moves",
            "rehearsal",
            gated=True,
            propagation=PROPAGATION,
        ),
        Step("", EndRehearsal(settings.api, path, f"marker:{marker}"), "the rehearsal is over", "rehearsal"),
    )


def not_rehearsed(trigger: Trigger[Settings]) -> Blocker:
    """Return what stands against an API that cannot be called before its routes move."""
    text = (
        f"HTTP API `{trigger.name}` cannot be called at its default endpoint, which is switched off, so the way to the"
        " service cannot be tried before its routes move"
    )
    return closed(http_api_not_rehearsed, text, trigger.name)
