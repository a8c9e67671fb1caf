"""What a target is: the constants and functions of its module, checked when the registry is imported."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.fields import Strict
    from lambda_migrate.targets.base import Deployment, DeploymentPlan, Event, PipelineTemplate, State

HINT = "`lambda-migrate service logs` shows why; fix it, then deploy again"
LOCAL_POLL, POLL = 0.2, 10.0
"""Seconds between two looks at what is on this machine, and at what AWS starts."""


def _unknown(_settings: Any) -> tuple[int, int] | None:
    """Return None: nothing here says how many instances there are."""
    return None


def _no_url() -> str:
    """Return "": where it answers is known once it is deployed."""
    return ""


def _no_pipeline(_deployment: Deployment, _settings: Any) -> PipelineTemplate | None:
    """Return None: a pipeline cannot deploy there."""
    return None


@dataclass(frozen=True)
class TargetKind:
    """One place where the service can live, as the rest of the program asks it.

    All functions only look; what changes something is handed back by ``prepare`` as data, so that others show, record
    and undo it. A module has ``KIND``, ``Settings`` and the first four functions; the rest has defaults.

    Attributes:
        name: ``KIND``: its name in migration.yaml.
        documentation: The module's docstring.
        settings: ``Settings``: what can be said of it in migration.yaml.
        prepare: ``prepare(aws, deployment, settings)``: what deploying would change.
        state: ``state(aws, deployment, settings)``: how the service is now.
        events: ``events(aws, deployment, settings, since)``: what happened to it since then (seconds since the epoch),
            the oldest first.
        logs: ``logs(aws, deployment, settings, lines)``: the last lines of its log, oldest first.
        pipeline: ``pipeline(deployment, settings)``: how a pipeline deploys to it; None where none can.
        instances: ``instances(settings)``: the fewest and the most of them; None where nothing says.
        own_url: ``own_url()``: where it is going to answer, where that is known before it is deployed; else "".
        poll: ``POLL``: seconds between two looks at a deployment.
        keeps_earlier: ``KEEPS_EARLIER``: whether `service rollback` can go back to the deployment before.
        local: ``LOCAL``: whether it runs on this machine, where `service stop` ends it.
        hint: ``HINT``: what to do where the service does not get healthy.
    """

    name: str
    documentation: str
    settings: type[Strict]
    prepare: Callable[[Aws, Deployment, Any], DeploymentPlan]
    state: Callable[[Aws, Deployment, Any], State]
    events: Callable[[Aws, Deployment, Any, float], Iterable[Event]]
    logs: Callable[[Aws, Deployment, Any, int], Iterable[str]]
    pipeline: Callable[[Deployment, Any], PipelineTemplate | None] = _no_pipeline
    instances: Callable[[Any], tuple[int, int] | None] = _unknown
    own_url: Callable[[], str] = _no_url
    poll: float = POLL
    keeps_earlier: bool = True
    local: bool = False
    hint: str = HINT

    def __post_init__(self) -> None:
        """Refuse a target that is not whole, when the registry is imported.

        Raises:
            TypeError: Something does not fit.
        """
        kind = self.settings.model_fields.get("kind")
        for wrong, text in (
            (kind is None or kind.default != self.name, "Settings has a `kind` whose default is KIND"),
            ("wait" not in self.settings.model_fields, "Settings has `wait`, how long a deployment may take"),
            (self.poll <= 0, "POLL is a number of seconds"),
        ):
            if wrong:
                msg = f"target `{self.name}`: {text}"
                raise TypeError(msg)

    @classmethod
    def of(cls, module: ModuleType) -> TargetKind:
        """Read a target from its module.

        Raises:
            TypeError: The module is not a whole target.
        """
        constants = ("poll", "keeps_earlier", "local", "hint")
        given: dict[str, Any] = {
            name: getattr(module, name.upper()) for name in constants if hasattr(module, name.upper())
        }
        given |= {name: getattr(module, name) for name in ("pipeline", "instances", "own_url") if hasattr(module, name)}
        try:
            return cls(
                name=module.KIND,
                documentation=cleandoc(module.__doc__ or ""),
                settings=module.Settings,
                prepare=module.prepare,
                state=module.state,
                events=module.events,
                logs=module.logs,
                **given,
            )
        except AttributeError as error:
            msg = f"target `{module.__name__}`: {error}"
            raise TypeError(msg) from error
