"""A service that its team deploys in its own way: it is only looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from lambda_migrate.errors import ConfigError
from lambda_migrate.fields import Duration, Strict
from lambda_migrate.gates import service_url
from lambda_migrate.gates.gate import closed
from lambda_migrate.http import plain_client
from lambda_migrate.service_health import ask
from lambda_migrate.targets.base import ANSWER_WITHIN, Deployment, DeploymentPlan, Event, State
from lambda_migrate.targets.kind import LOCAL_POLL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws

KIND = "url"
POLL = LOCAL_POLL
KEEPS_EARLIER = False
HINT = "look at it where you deployed it, or name another `service.url`, then run this again"


class Settings(Strict):
    """A service that is deployed already and answers at `service.url`."""

    kind: Literal["url"] = "url"
    wait: Duration = Field(60.0, description="How long it may take until it is healthy.")


def prepare(_aws: Aws, deployment: Deployment, _settings: Settings) -> DeploymentPlan:
    """Return that nothing changes, or that nobody said where the service is."""
    if not deployment.url:
        text = "`service.url` is not set; say in migration.yaml where the service answers"
        return DeploymentPlan(blockers=(str(closed(service_url, text)),))
    return DeploymentPlan(summary={"url": deployment.url})


def state(_aws: Aws, deployment: Deployment, _settings: Settings) -> State:
    """Return whether it lives and takes requests."""
    if not deployment.url:
        return State("unknown", "service.url is not set")
    for path in (deployment.health, deployment.readiness):
        problem = ask(plain_client(), deployment.url + path, timeout=ANSWER_WITHIN).problem
        if problem:
            return State("unhealthy", problem, url=deployment.url)
    return State("healthy", "lives and takes requests", url=deployment.url)


def events(_aws: Aws, _deployment: Deployment, _settings: Settings, _since: float) -> Iterator[Event]:
    """Yield nothing: only its team knows what happens to it."""
    return iter(())


def logs(_aws: Aws, deployment: Deployment, _settings: Settings, _lines: int) -> Iterator[str]:
    """Refuse: only its team knows where its log is.

    Raises:
        ConfigError: Always.
    """
    where = deployment.url or "the service"
    raise ConfigError(
        f"the log of `{where}` is kept where you deployed it",
        hint="name another `service.target` to deploy it from here",
    )
