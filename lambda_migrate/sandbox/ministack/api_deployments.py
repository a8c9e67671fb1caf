"""HTTP APIs that serve a change a while after they have accepted it.

Loaded by :mod:`lambda_migrate.sandbox.ministack.additions`. A stage with ``AutoDeploy`` makes a deployment of each
change by itself; GetStage names the latest, and GetDeployment says ``PENDING`` until it is out. MiniStack serves every
change at once, and makes no such deployment.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
"""

from __future__ import annotations

import copy
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ministack.core.responses import new_uuid
from ministack.services import apigateway

from lambda_migrate.sandbox.ministack import unkind
from lambda_migrate.sandbox.ministack.snapshots import Snapshot, reading_from, served

if TYPE_CHECKING:
    from collections.abc import Callable

CHANGES = (
    "_create_integration",
    "_update_integration",
    "_delete_integration",
    "_create_route",
    "_update_route",
    "_delete_route",
)

_deployed: dict[str, list[tuple[float, Snapshot]]] = {}
"""What each API serves, and from when on (monotonic clock, in seconds); the last is what its control plane shows."""

_out: dict[str, float] = {}
"""When each deployment is out, in seconds of the monotonic clock."""

_served: ContextVar[Snapshot | None] = ContextVar("served", default=None)
"""What the API serves to the request of this context, where that is not what its control plane shows."""


def install() -> None:
    """Add everything to the MiniStack of this process."""
    for name in CHANGES:
        setattr(apigateway, name, _deploying(getattr(apigateway, name)))
    apigateway._get_deployment = _settling(apigateway._get_deployment)
    apigateway.handle_execute = _serving(apigateway.handle_execute)
    apigateway._routes.__class__ = reading_from(_served, "routes")
    apigateway._integrations.__class__ = reading_from(_served, "integrations")


def _state(api_id: str) -> Snapshot:
    return copy.deepcopy(
        {"routes": apigateway._routes.get(api_id, {}), "integrations": apigateway._integrations.get(api_id, {})}
    )


def _deploying(original: Callable[..., Any]) -> Callable[..., Any]:
    def change(api_id: str, *arguments: Any) -> Any:
        lag = unkind.api_lag()
        stages = [each for each in apigateway._stages.get(api_id, {}).values() if each.get("autoDeploy")]
        if not lag or not stages:
            return original(api_id, *arguments)
        before = _state(api_id)
        answer = original(api_id, *arguments)
        states = _deployed.setdefault(api_id, [])
        if not states:
            states.append((0.0, before))
        out = time.monotonic() + lag
        states.append((out, _state(api_id)))
        _note(api_id, stages, out)
        return answer

    return change


def _note(api_id: str, stages: list[dict[str, Any]], out: float) -> None:
    """Note the deployment that the stages make."""
    deployment = {
        "deploymentId": (name := new_uuid()[:8]),
        "deploymentStatus": "PENDING",
        "autoDeployed": True,
        "createdDate": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    apigateway._deployments.setdefault(api_id, {})[name] = deployment
    _out[name] = out
    for stage in stages:
        stage["deploymentId"] = name


def _settling(original: Callable[..., Any]) -> Callable[..., Any]:
    """A deployment is ``PENDING`` until it is out."""

    def get(api_id: str, deployment_id: str) -> Any:
        deployment = apigateway._deployments.get(api_id, {}).get(deployment_id)
        if deployment and _out.get(deployment_id, 0.0) <= time.monotonic():
            deployment["deploymentStatus"] = "DEPLOYED"
        return original(api_id, deployment_id)

    return get


def _serving(original: Callable[..., Any]) -> Callable[..., Any]:
    async def execute(api_id: str, *arguments: Any, **options: Any) -> Any:
        with served(_served, _as_deployed(api_id)):
            return await original(api_id, *arguments, **options)

    return execute


def _as_deployed(api_id: str) -> Snapshot | None:
    """Return what an API serves now; None where it is what its control plane shows."""
    states, now = _deployed.get(api_id, []), time.monotonic()
    current = max((number for number, (out, _state) in enumerate(states) if out <= now), default=0)
    del states[:current]
    if len(states) <= 1:
        states.clear()
        return None
    return states[0][1]
