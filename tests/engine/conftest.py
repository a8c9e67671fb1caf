from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions import ACTIONS
from tests.engine.canary import Canary
from tests.engine.world import KINDS, Stage, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    for kind in KINDS:
        monkeypatch.setitem(ACTIONS, kind.kind, kind)
    return Stage(tmp_path / "ledger.yaml", World({"a": "1", "b": "1", "c": "1"}))


@pytest.fixture
def canary(
    aws: Aws, client: Callable[[str], Any], make_function: Callable[..., str], unique: str, tmp_path: Path
) -> Canary:
    arn = make_function()
    functions = client("lambda")
    functions.publish_version(FunctionName=unique)
    functions.update_function_configuration(FunctionName=unique, Description="the proxy")
    aws.wait_function_updated(unique)
    functions.publish_version(FunctionName=unique)
    functions.create_alias(FunctionName=unique, Name="live", FunctionVersion="1")
    return Canary(aws, client, arn, tmp_path / "ledger.yaml")
