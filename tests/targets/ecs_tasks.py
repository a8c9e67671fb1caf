"""Running tasks of ECS, as a stand-in: moto's service never runs one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.targets.stand_in import StandIn


@dataclass
class Tasks(StandIn):
    """A service of ECS: moto's never runs a task."""

    services: tuple[str, ...] = ("ecs",)
    running: int = 2
    rollout: str = "COMPLETED"
    said: list[str] = field(default_factory=list)
    ended: list[tuple[str, str]] = field(default_factory=list)

    def ecs_ListTasks(self, cluster: str, desiredStatus: str) -> Any:  # noqa: ARG002, N802, N803  # as AWS calls it
        return {"taskArns": [f"arn:aws:ecs:eu-west-1:123456789012:task/{cluster}/{name}" for name, _ in self.ended]}

    def ecs_DescribeTasks(self, cluster: str, tasks: list[str]) -> Any:  # noqa: ARG002, N802  # as AWS calls it
        return {
            "tasks": [
                {
                    "taskArn": arn,
                    "stopCode": code,
                    "stoppedAt": datetime.now(UTC),
                    "stoppedReason": "Essential container in task exited",
                    "containers": [{"exitCode": 1}],
                }
                for arn, (_name, code) in zip(tasks, self.ended, strict=True)
            ]
        }

    def ecs_DescribeServices(self, cluster: str, services: list[str]) -> Any:  # noqa: ARG002, N802  # as AWS calls it
        at = datetime.now(UTC)
        service = {
            "serviceName": services[0],
            "status": "ACTIVE",
            "runningCount": self.running,
            "desiredCount": 2,
            "deployments": [{"rolloutState": self.rollout}],
            "events": [{"id": str(number), "createdAt": at, "message": text} for number, text in enumerate(self.said)],
        }
        return {"services": [service]}
