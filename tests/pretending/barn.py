"""The barn: a made-up place where the service can live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from lambda_migrate.fields import Duration
from lambda_migrate.targets.base import Deployment, DeploymentPlan, Event, Local, State, Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws

KIND = "barn"
POLL = 0.05
KEEPS_EARLIER = False
LOCAL = True
HINT = "feed the horses"


class Settings(Target):
    """A service between the horses."""

    kind: Literal["barn"] = "barn"
    wait: Duration = 1.0
    locked: bool = False


def prepare(_aws: Aws, deployment: Deployment, settings: Settings) -> DeploymentPlan:
    if settings.locked:
        return DeploymentPlan(blockers=("the barn is locked",))
    door = deployment.state / "open"
    deployment.state.mkdir(parents=True, exist_ok=True)
    return DeploymentPlan(summary={"door": "open"}, local=Local(door.touch, door.unlink))


def state(_aws: Aws, deployment: Deployment, _settings: Settings) -> State:
    if not (deployment.state / "open").exists():
        return State("absent", "the door is closed")
    return State("healthy", "it stands between the horses", url=deployment.url)


def events(_aws: Aws, _deployment: Deployment, _settings: Settings, since: float) -> Iterator[Event]:
    yield Event(since, "a horse neighed")


def logs(_aws: Aws, _deployment: Deployment, _settings: Settings, lines: int) -> Iterator[str]:
    yield from ["hay"] * lines
