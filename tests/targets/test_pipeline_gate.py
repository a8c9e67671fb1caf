"""The health gate of the pipeline: the very commands of the template, run by a shell beside an AWS CLI of our own."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from lambda_migrate.config import Pipeline
from lambda_migrate.targets import ecs, elastic_beanstalk
from tests.support import cloudformation
from tests.targets.pipelines import rendered

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.targets import Deployment

SETTINGS = Pipeline(connection="arn:aws:codeconnections:eu-west-1:123456789012:connection/1", repository="team/orders")
COMMIT = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567"
AWS = """\
#!/bin/sh
echo "$*" >> calls
case "$*" in
  "ecs wait"*) exit "$(cat unstable 2>/dev/null || echo 0)" ;;
  "ecs describe-services"*taskDefinition*) echo orders-service:7 ;;
  "ecs describe-services"*) echo arn:target-group ;;
  "ecs describe-task-definition --task-definition orders-service:7 "*) cat image ;;
  *) head -n 1 states | tr ',' '\\t'; test "$(wc -l < states)" -gt 1 && sed -i 1d states; exit 0 ;;
esac
"""


def commands(deployment: Deployment, target: Any) -> str:
    template = cloudformation.load(rendered(deployment, target, SETTINGS))
    specification = yaml.safe_load(template["Resources"]["Gate"]["Properties"]["Source"]["BuildSpec"])
    (only,) = specification["phases"]["build"]["commands"]
    return str(only)


def gate(
    deployment: Deployment,
    target: Any,
    folder: Path,
    states: list[str],
    *,
    unstable: bool = False,
    running: str = "0a1b2c3d4e5f",
) -> tuple[int, int]:
    """Run the gate while AWS tells these states one after the other, the last for ever; return outcome and looks."""
    for name, text in (("aws", AWS), ("sleep", "#!/bin/sh\n")):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    (folder / "states").write_text("".join(f"{state}\n" for state in states))
    if unstable:
        (folder / "unstable").write_text("255")
    (folder / "image").write_text(f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:commit-{running}\n")
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["/bin/sh", "-c", commands(deployment, target)],
        cwd=folder,
        env={"PATH": path, "COMMIT": COMMIT},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stderr == ""
    return ran.returncode, ran.stdout.count("look ")


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        (["Green"], (0, 3)),
        (["Grey", "Green", "Green", "Red", "Green"], (0, 7)),
        (["Red"], (1, 60)),
        (["Yellow"], (1, 60)),
        ([""], (1, 60)),
    ],
)
def test_an_environment_has_to_be_green_three_times_in_a_row(
    states: list[str], outcome: tuple[int, int], orders: Deployment, tmp_path: Path
) -> None:
    assert gate(orders, elastic_beanstalk.Settings(), tmp_path, states) == outcome
    asked = set((tmp_path / "calls").read_text().splitlines())
    (call,) = asked
    assert call.startswith("elasticbeanstalk describe-environment-health --environment-name orders-service ")


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        (["healthy,healthy"], (0, 3)),
        (["healthy,draining"], (0, 3)),
        (["healthy,unhealthy", "healthy,initial", "healthy"], (0, 5)),
        (["unhealthy"], (1, 60)),
        ([""], (1, 60)),
    ],
)
def test_every_target_of_the_load_balancer_has_to_be_healthy_three_times_in_a_row(
    states: list[str], outcome: tuple[int, int], orders: Deployment, tmp_path: Path
) -> None:
    assert gate(orders, ecs.Settings(), tmp_path, states) == outcome


def test_tasks_that_never_settle_close_the_gate_at_once(orders: Deployment, tmp_path: Path) -> None:
    assert gate(orders, ecs.Settings(), tmp_path, ["healthy"], unstable=True) == (1, 0)


def test_a_deployment_that_ecs_has_taken_back_closes_the_gate_although_it_is_healthy(
    orders: Deployment, tmp_path: Path
) -> None:
    assert gate(orders, ecs.Settings(), tmp_path, ["healthy"], running="ffffffffffff") == (1, 0)
