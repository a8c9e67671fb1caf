"""Worlds of the actions on settings that belong to a version of the function."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.function.provision_concurrency import ProvisionConcurrency
from lambda_migrate.actions.function.set_runtime_updates import SetRuntimeUpdates
from tests.actions.stage import World
from tests.targets.stand_in import StandIn

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage

RUNTIMES = "arn:aws:lambda:us-east-1::runtime:"


@dataclass
class RuntimeUpdates(StandIn):
    """Lambda's runtime management, which no emulator has; all other calls of Lambda go on to the embedded AWS.

    Attributes:
        kept: What was put, by function and qualifier.
    """

    services: tuple[str, ...] = ("lambda",)
    kept: dict[str, dict[str, str]] = field(default_factory=dict)

    def _answer(self, model: Any, context: dict[str, Any], **ignored: Any) -> Any:
        here = hasattr(self, f"lambda_{model.name}")
        return super()._answer(model, context, **ignored) if here else None

    def put(self, function: str, qualifier: str, **settings: str) -> None:
        """Set when the runtime of a version is updated."""
        self.kept[f"{function}:{qualifier}"] = settings

    def lambda_GetRuntimeManagementConfig(self, FunctionName: str, Qualifier: str) -> dict[str, Any]:  # noqa: N802, N803
        named = f"{FunctionName}:{Qualifier}"
        arn = f"arn:aws:lambda:us-east-1:000000000000:function:{named}"
        return {"UpdateRuntimeOn": "Auto", "FunctionArn": arn, **self.kept.get(named, {})}

    def lambda_PutRuntimeManagementConfig(  # noqa: N802  # AWS's own
        self,
        FunctionName: str,  # noqa: N803  # AWS's own
        Qualifier: str,  # noqa: N803  # AWS's own
        **settings: str,
    ) -> dict[str, Any]:
        self.put(FunctionName, Qualifier, **settings)
        arn = f"arn:aws:lambda:us-east-1:000000000000:function:{FunctionName}:{Qualifier}"
        return {"FunctionArn": arn, **settings}


def set_runtime_updates(stage: Stage, *, of: str = "$LATEST") -> World:
    stage.function()
    stage.publish("original")
    stage.reconfigure(Timeout=20)
    number = stage.publish("proxy")
    updates = RuntimeUpdates()
    updates.attach(stage.aws)
    before = {"UpdateRuntimeOn": "FunctionUpdate"} if of == "$LATEST" else {"UpdateRuntimeOn": "Auto"}
    qualifier = of if of == "$LATEST" else number
    updates.put(stage.name, qualifier, **before)
    return World(
        SetRuntimeUpdates(
            stage.name, of, before, {"UpdateRuntimeOn": "Manual", "RuntimeVersionArn": f"{RUNTIMES}0a1b2c"}
        ),
        documents=lambda: {key: value for key, value in updates.kept.items() if value != {"UpdateRuntimeOn": "Auto"}},
        foreign=lambda: updates.put(stage.name, "1", UpdateRuntimeOn="FunctionUpdate"),
        drift=lambda: updates.put(
            stage.name, qualifier, UpdateRuntimeOn="Manual", RuntimeVersionArn=f"{RUNTIMES}ffffff"
        ),
    )


def provision_concurrency(stage: Stage) -> World:
    stage.function()
    first = stage.publish("original")
    stage.reconfigure(Timeout=20)
    second = stage.publish("proxy")

    def put(version: str, instances: int) -> None:
        stage.lambda_.put_provisioned_concurrency_config(
            FunctionName=stage.name, Qualifier=version, ProvisionedConcurrentExecutions=instances
        )

    def documents() -> dict[str, int]:
        listed = stage.lambda_.list_provisioned_concurrency_configs(FunctionName=stage.name)
        return {
            each["FunctionArn"]: each["RequestedProvisionedConcurrentExecutions"]
            for each in listed["ProvisionedConcurrencyConfigs"]
        }

    put(first, 3)
    return World(
        ProvisionConcurrency(stage.name, "marker:proxy", 3),
        documents=documents,
        foreign=lambda: put(first, 4),
        drift=lambda: put(second, 7),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "provision_concurrency": provision_concurrency,
    "set_runtime_updates": set_runtime_updates,
    "set_runtime_updates/version": partial(set_runtime_updates, of="marker:proxy"),
}
