"""Periods that AWS has no metrics for are refused before anything is asked of it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.errors import ConfigError
from lambda_migrate.render.terminal import Terminal
from lambda_migrate.workflow.call import Call, GlobalOptions
from lambda_migrate.workflow.context import Context

if TYPE_CHECKING:
    from pathlib import Path


def context(folder: Path, period: str, endpoint: str | None) -> Context:
    path = folder / "migration.yaml"
    path.write_text(f"function: orders\nregion: eu-west-1\nverify: {{metric_period: {period}}}\n")
    call = Call(Terminal(io.StringIO(), io.StringIO(), io.StringIO()))
    return Context(GlobalOptions(path, endpoint_url=endpoint), call)


@pytest.mark.parametrize("period", ["1s", "5s", "10s", "30s"])
def test_lambda_counts_by_the_minute(tmp_path: Path, period: str) -> None:
    with pytest.raises(ConfigError) as raised:
        _ = context(tmp_path, period, None).aws_read_only

    text = f"verify.metric_period: Lambda's metrics have one value a minute, not one in {period.replace('s', ' s')}"
    assert raised.value.message == text
    sandbox = "for the sandbox, export what `lambda-migrate sandbox status` prints"
    assert raised.value.hint == f"write 60s or whole minutes; {sandbox}"


def test_the_sandbox_counts_by_the_second(tmp_path: Path) -> None:
    assert context(tmp_path, "1s", "http://127.0.0.1:1").aws_read_only.endpoint_url == "http://127.0.0.1:1"


def test_minutes_are_taken(tmp_path: Path) -> None:
    assert context(tmp_path, "5m", None).aws_read_only.region_name == "eu-west-1"
