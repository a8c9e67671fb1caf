"""`pipeline` as it is typed, on an embedded AWS that has CloudFormation and S3, and knows nothing of connections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer

pytestmark = pytest.mark.sandbox

CONNECTION = "arn:aws:codeconnections:us-east-1:000000000000:connection/1"


@pytest.fixture
def configured(tmp_path: Path, aws: Aws, make_function: Callable[..., str], unique: str) -> Path:
    make_function()
    (tmp_path / "service").mkdir()
    (tmp_path / "service" / "buildspec.yml").write_text("version: 0.2\n")
    (tmp_path / "migration.yaml").write_text(
        f"function: {unique}\nservice: {{target: {{kind: elastic-beanstalk}}}}\n"
        f"pipeline: {{connection: '{CONNECTION}', repository: team/orders}}\n"
    )
    return tmp_path


def test_what_would_be_made_is_shown_and_nothing_is_written(run: Callable[..., Answer], configured: Path) -> None:
    before = sorted(path.name for path in configured.rglob("*"))

    answer = run("pipeline", "deploy", "--dry-run", "--json")

    assert answer.code == 0, answer.out
    kinds = [step["action"]["kind"] for step in answer.json["data"]["plan"]["steps"]]
    assert kinds[-1] == "put_stack"
    assert sorted(path.name for path in configured.rglob("*")) == before


def test_without_a_buildspec_it_says_who_writes_one(run: Callable[..., Answer], configured: Path) -> None:
    (configured / "service" / "buildspec.yml").unlink()

    answer = run("pipeline", "deploy", "--yes")

    assert answer.code == 3
    assert "`lambda-migrate init` writes it" in " ".join(answer.err.split() + answer.out.split())


def test_a_pipeline_that_is_not_there_is_told(run: Callable[..., Answer], configured: Path) -> None:
    answer = run("pipeline", "status")

    assert (answer.code, answer.err) == (
        3,
        (
            "error: the pipeline is absent\n\n"
            "hint: `lambda-migrate pipeline deploy` makes it\nmore: lambda-migrate explain pipeline-condition\n"
        ),
    )


def test_nothing_is_made_before_somebody_says_yes(
    run: Callable[..., Answer], configured: Path, client: Callable[[str], Any], unique: str
) -> None:
    answer = run("pipeline", "deploy")

    assert answer.code == 2
    names = [each["StackName"] for each in client("cloudformation").describe_stacks()["Stacks"]]
    assert [name for name in names if unique in name] == []
    assert not (configured / "service" / "deploy").exists()


def test_an_aws_without_elastic_beanstalk_is_told_as_that(run: Callable[..., Answer], configured: Path) -> None:
    answer = run("service", "deploy", "--dry-run")

    assert answer.code == 1
    assert "gave an unexpected reply to elasticbeanstalk" in answer.err
