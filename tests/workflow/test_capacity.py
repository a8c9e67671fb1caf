"""What the service takes at once, from where each target says it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from botocore.stub import Stubber

from lambda_migrate.aws.session import Aws
from lambda_migrate.config import parse
from lambda_migrate.errors import AwsError
from lambda_migrate.inventory.concurrency import peak
from lambda_migrate.workflow.capacity import of_service

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 9, 30, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A service's repository, as `init` writes it."""
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "settings.py").write_text("FUNCTION = None\nCONCURRENCY = 40\n")
    (tmp_path / "environment.defaults").write_text("# SERVICE_CONCURRENCY=7\nLOG_LEVEL=INFO\n")
    return tmp_path


@pytest.mark.parametrize(
    ("service", "taken"),
    [
        ("{target: {kind: ecs}}", (80, "2 instances of 40", 240)),
        ("{target: {kind: elastic-beanstalk, scaling: {minimum: 1, maximum: 4}}}", (40, "1 instance of 40", 160)),
        ("{target: {kind: ecs, environment: {SERVICE_CONCURRENCY: '10'}}}", (20, "2 instances of 10", 60)),
        (
            "{target: {kind: ecs, environment: {WEB_CONCURRENCY: '3'}}}",
            (240, "2 instances of 3 processes of 40", 720),
        ),
        ("{target: {kind: process}}", (40, "1 instance of 40", 40)),
        ("{target: {kind: url}}", (None, "", None)),
        ("{target: {kind: url}, concurrency: 500}", (500, "service.concurrency", 500)),
        ("{target: {kind: ecs}, concurrency: 500}", (500, "service.concurrency", 500)),
    ],
)
def test_it_is_the_fewest_instances_with_what_each_takes(
    service: str, taken: tuple[int | None, str, int | None], folder: Path
) -> None:
    assert of_service(parse(f"function: orders\nservice: {service}\n"), folder) == taken


def test_the_repositorys_variables_come_before_its_code(folder: Path) -> None:
    (folder / "environment.defaults").write_text("SERVICE_CONCURRENCY=7\n")

    assert of_service(parse("function: orders\nservice: {target: {kind: ecs}}\n"), folder)[0] == 14


def test_without_a_repository_nothing_is_known(tmp_path: Path) -> None:
    assert of_service(parse("function: orders\nservice: {target: {kind: ecs}}\n"), tmp_path) == (None, "", None)


def answered(values: list[float], status: str = "Complete") -> int | None:
    aws = Aws(region="eu-west-1")
    with Stubber(aws.client("cloudwatch")) as stub:
        results = [{"Id": "peak", "Values": values, "StatusCode": status}]
        stub.add_response("get_metric_data", {"MetricDataResults": results})
        return peak(aws, "orders", NOW)


def test_the_peak_is_the_most_that_was_seen() -> None:
    assert answered([3.0, 41.0, 7.0]) == 41
    assert answered([]) is None


def test_a_peak_that_was_read_in_part_is_not_one() -> None:
    with pytest.raises(AwsError, match="InternalError"):
        answered([3.0], "InternalError")
