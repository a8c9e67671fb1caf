"""What the code and the web adapter say against starting the proxy in front of a function."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from lambda_migrate.config import parse
from lambda_migrate.function.web_adapter import WebAdapter
from lambda_migrate.workflow import code_gate
from tests.planner import worlds

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.workflow.context import Context

FUNCTION = replace(worlds.inventory().function, handler="run.sh", web_adapter=WebAdapter(base_path="/v1"))


SETTINGS = "function: orders\nservice: {url: 'https://orders.internal'}\nsource: code\n"


def asked(folder: Path, events: str = "all", extra: str = "") -> list[str]:
    migration = parse(SETTINGS + extra)
    context: Any = SimpleNamespace(configured=True, folder=folder, service_folder=folder / "none", migration=migration)
    return [each.gate for each in code_gate.of_start(cast("Context", context), FUNCTION, events)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "code").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("script", "fixed"),
    [
        ("exec uvicorn --port 8080 main:app", True),
        ("exec uvicorn --port=$PORT main:app", False),
        ("exec uvicorn --port ${AWS_LWA_PORT} main:app", False),
        (None, False),
    ],
)
def test_a_script_with_a_port_of_its_own_cannot_run_beside_the_proxy(
    folder: Path, script: str | None, *, fixed: bool
) -> None:
    if script is not None:
        (folder / "code" / "run.sh").write_text(script)
    base_path, alone = "proxy: {base_path: /v1}\n", "proxy: {base_path: /v1, fallback: never}\n"

    expected = ["adapter-port"] if fixed else []
    assert (asked(folder, extra=base_path), asked(folder, "non-api", alone)) == (expected, expected)
    assert asked(folder, extra=alone) == []


def test_a_base_path_that_the_adapter_removes_has_to_be_the_service_s_too(folder: Path) -> None:
    assert asked(folder) == ["base-path-unknown"]
    assert asked(folder, extra='proxy: {base_path: ""}\n') == []
