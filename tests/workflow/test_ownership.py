"""Owners of a function, gathered from AWS and from the files of the project."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.inventory import Inventory
from lambda_migrate.planner import cutover
from lambda_migrate.render.inventory import inventory as drawn
from lambda_migrate.render.terminal import Paint
from lambda_migrate.workflow.ownership import with_owners
from tests.inventory.fake_aws import FUNCTION as ARN
from tests.inventory.fake_aws import FakeAws
from tests.planner import worlds
from tests.planner.canary import at

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "hunter2"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a repository with a function's code, and Terraform beside it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "infra").mkdir()
    (tmp_path / "src").mkdir()
    return tmp_path


def write_state(project: Path) -> None:
    made = {"aws_lambda_function": ("orders", {"arn": ARN, "password": SECRET}), "aws_lambda_alias": ("live", None)}
    resources = [
        {
            "mode": "managed",
            "type": kind,
            "name": name,
            "instances": [{"attributes": attributes or {"arn": f"{ARN}:live"}}],
        }
        for kind, (name, attributes) in made.items()
    ]
    (project / "infra" / "terraform.tfstate").write_text(json.dumps({"version": 4, "resources": resources}))


def gathered(project: Path, found: Inventory | None = None, aws: Any = None, **options: Any) -> Inventory:
    return with_owners(aws or FakeAws(), found or at("1"), project / "src", **options)


def test_the_state_beside_the_code_is_read_and_no_secret_of_it_kept(project: Path) -> None:
    write_state(project)

    told = gathered(project)

    where = "../infra/terraform.tfstate"
    assert told.declared == {
        ARN: f"terraform: `aws_lambda_function.orders` in `{where}`",
        f"{ARN}:live": f"terraform: `aws_lambda_alias.live` in `{where}`",
    }
    (warning,) = told.warnings
    assert warning == (
        f"terraform owns the function (`aws_lambda_function.orders` in `{where}`):"
        " its next deployment may undo what is changed here"
    )
    assert SECRET not in json.dumps(told.to_dict())
    assert (Inventory.from_dict(told.to_dict()), told.fingerprint) == (told, at("1").fingerprint)


def test_inspect_shows_the_owner_of_function_alias_and_each_trigger(project: Path) -> None:
    write_state(project)

    lines = drawn(gathered(project), Paint(width=120)).splitlines()

    start = lines.index("Owners")
    shown = [line.split("  ", 2)[1:] for line in lines[start + 1 : start + 7]]
    assert [(label, who.strip().partition(":")[0]) for label, who in shown] == [
        ("function orders", "terraform"),
        ("alias live", "terraform"),
        ("HTTP API orders-api", "unknown"),
        ("SNS topic news", "unknown"),
        ("EventBridge rule paid", "unknown"),
        ("SQS queue jobs", "unknown"),
    ]


def test_the_plan_says_what_the_next_apply_undoes(project: Path) -> None:
    write_state(project)
    fresh = replace(gathered(project), triggers=worlds.triggers(""))

    plan = cutover.plan(fresh, worlds.settings())

    assert (
        "alias `live` has an owner (terraform: `aws_lambda_alias.live` in `../infra/terraform.tfstate`):"
        " its next deployment undoes the move; `handover` writes the change"
    ) in plan.warnings


def test_a_state_that_is_locked_is_told_with_who_is_at_work(project: Path) -> None:
    write_state(project)
    lock = {"ID": "1", "Operation": "OperationTypeApply", "Who": "alice@laptop", "Created": "2026-11-30T18:00:00Z"}
    (project / "infra" / ".terraform.tfstate.lock.info").write_text(json.dumps(lock))

    assert gathered(project).warnings[-1] == (
        "terraform is running, its state is locked (`../infra/.terraform.tfstate.lock.info`:"
        " OperationTypeApply alice@laptop 2026-11-30T18:00:00Z), so what was read of it may be half-changed:"
        " wait until it is done, then run this again"
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [("{", "not JSON"), ('{"version": 3}', "not a state of version 4"), ("[]", "not a state of version 4")],
)
def test_a_state_that_cannot_be_read_is_told_and_stops_nobody(project: Path, content: str, why: str) -> None:
    (project / "infra" / "terraform.tfstate").write_text(content)

    told = gathered(project)

    unknown = "what terraform owns is unknown; check with terraform itself"
    text = f"`../infra/terraform.tfstate` cannot be read ({why}): {unknown}"
    assert text in told.warnings
    assert cutover.plan(told, worlds.settings()).blockers == cutover.plan(at("1"), worlds.settings()).blockers


@pytest.mark.parametrize("place", ["src/deploy/prod", "infra/envs/prod", "src/a/b/c"])
def test_a_state_some_folders_deep_is_read_too(project: Path, place: str) -> None:
    write_state(project)
    (project / place).mkdir(parents=True)
    (project / "infra" / "terraform.tfstate").rename(project / place / "terraform.tfstate")

    where = f"{place}/terraform.tfstate".removeprefix("src/")
    where = where if place.startswith("src") else f"../{where}"
    assert gathered(project).declared[ARN] == f"terraform: `aws_lambda_function.orders` in `{where}`"


@pytest.mark.parametrize("place", ["src/node_modules/x", "src/a/b/c/d", "infra/a/b/c", "other"])
def test_a_state_further_away_or_of_nobody_s_own_is_not(project: Path, place: str) -> None:
    write_state(project)
    (project / place).mkdir(parents=True)
    (project / "infra" / "terraform.tfstate").rename(project / place / "terraform.tfstate")

    assert gathered(project).declared == {}


def test_a_template_that_cannot_be_parsed_and_one_that_differs_from_aws_are_told(project: Path) -> None:
    (project / "infra" / "broken.tf").write_text('resource "aws_lambda_function" "x" {\n')
    (project / "src" / "template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  Orders:\n    Type: AWS::Serverless::Function\n"
        "    Properties:\n      FunctionName: orders\n      Handler: app.handler\n      MemorySize: 1024\n"
        "      Timeout: 30\n"
    )

    warnings = gathered(project).warnings

    (broken,) = (each for each in warnings if "broken.tf" in each and "read" in each)
    assert broken == (
        "`../infra/broken.tf` cannot be read: line 1: `resource` does not end; what it says is not known:"
        " fix it before the next deployment"
    )
    assert [each for each in warnings if "template.yaml" in each] == [
        "`template.yaml:3` says memory 1024 MB, AWS 256 MB: the next deployment would change it, so make them alike"
    ]


def test_cloudtrail_is_asked_once_and_only_where_nothing_else_tells(project: Path) -> None:
    event = {
        "EventName": "UpdateFunctionCode20150331v2",
        "CloudTrailEvent": json.dumps({"userAgent": "Terraform/1.9.0"}),
    }
    asked = FakeAws({"cloudtrail:lookup_events": {"Events": [event]}})

    assert gathered(project, aws=asked, ask=True).declared == {
        ARN: "perhaps terraform: CloudTrail: UpdateFunctionCode by terraform"
    }
    assert asked.calls == ["cloudtrail:lookup_events"]
    write_state(project)
    quiet = FakeAws()
    gathered(project, aws=quiet, ask=True)
    gathered(project, aws=quiet)
    assert quiet.calls == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"handler": "other.handler"}, ["`main.tf:1` says handler app.handler, AWS other.handler"]),
        ({"handler": "datadog_lambda.handler.handler", "environment_names": ("DD_LAMBDA_HANDLER",)}, []),
        ({"handler": "lambda_migrate_proxy.handler"}, []),
    ],
    ids=["another", "a vendor's around it", "the proxy's"],
)
def test_only_what_the_files_say_is_held_against_aws(project: Path, changed: dict[str, Any], told: list[str]) -> None:
    """A time-out that only applying tells is not said; a handler that a vendor's plugin replaces does not count."""
    (project / "src" / "main.tf").write_text(
        'resource "aws_lambda_function" "orders" {\n  function_name = "orders"\n  handler = "app.handler"\n'
        "  timeout = var.timeout\n  memory_size = 256\n}\n"
    )
    found = at("1", **changed)

    differing = [each for each in gathered(project, found).warnings if " says " in each]

    assert [each.partition(":  ")[0].rpartition(": the next")[0] for each in differing] == told
