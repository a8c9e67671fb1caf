"""The attic: a made-up place where the service can live. One file, and one line in the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lambda_migrate.fields import Duration, Strict
from lambda_migrate.targets.base import Deployment, DeploymentPlan, Event, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws

KIND = "attic"
POLL = 5.0
KEEPS_EARLIER = False
HINT = "look behind the chimney"


class Settings(Strict):
    """A service under the roof."""

    kind: Literal["attic"] = "attic"
    wait: Duration = 12.0
    haunted: bool = False


def prepare(_aws: Aws, deployment: Deployment, _settings: Settings) -> DeploymentPlan:
    return DeploymentPlan(summary={"box": deployment.name})


def state(_aws: Aws, deployment: Deployment, settings: Settings) -> State:
    if settings.haunted:
        return State("unhealthy", "something knocks")
    return State("healthy", "quiet", url=deployment.url)


def events(_aws: Aws, _deployment: Deployment, settings: Settings, since: float) -> Iterator[Event]:
    if settings.haunted:
        yield Event(since, "a candle went out", bad=True)


def logs(_aws: Aws, _deployment: Deployment, _settings: Settings, lines: int) -> Iterator[str]:
    yield from ["dust"] * lines
