"""`proxy build`: the layer as a file."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.screen import Answer


def test_proxy_build_writes_the_layer_and_says_how_to_configure_it(run: Callable[..., Answer], tmp_path: Path) -> None:
    (tmp_path / "migration.yaml").write_text(
        "function: orders\nservice: {url: 'https://orders.example.com'}\nproxy: {base_path: /api, fallback: never}\n"
    )

    answer = run("proxy", "build", "-o", "layer.zip", "--original-handler", "app.main.handler", "--json")

    data = answer.json["data"]
    assert data["handler"] == "lambda_migrate_proxy.handler"
    assert data["environment"] == {
        "LAMBDA_MIGRATE_SERVICE_URL": "https://orders.example.com",
        "LAMBDA_MIGRATE_EVENTS": "all",
        "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "app.main.handler",
        "LAMBDA_MIGRATE_SIGNING_KEYS": "",
        "LAMBDA_MIGRATE_FALLBACK": "never",
        "LAMBDA_MIGRATE_BASE_PATH": "/api",
    }
    assert data["to_be_set"] == ["LAMBDA_MIGRATE_SIGNING_KEYS"]
    content = (tmp_path / "layer.zip").read_bytes()
    assert len(content) == data["bytes"] < 64 * 1024
    assert "python/lambda_migrate_proxy/__init__.py" in zipfile.ZipFile(BytesIO(content)).namelist()


def test_proxy_build_needs_no_configuration(run: Callable[..., Answer]) -> None:
    answer = run("proxy", "build", "-o", "layer.zip")

    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith(
        "handler  lambda_migrate_proxy.handler\n"
        "LAMBDA_MIGRATE_SERVICE_URL=(to be set)\n"
        "LAMBDA_MIGRATE_EVENTS=all\n"
        "LAMBDA_MIGRATE_ORIGINAL_HANDLER=(to be set)\n"
        "LAMBDA_MIGRATE_SIGNING_KEYS=(to be set)\n"
    )


def test_proxy_build_says_where_it_cannot_write(run: Callable[..., Answer]) -> None:
    answer = run("proxy", "build", "-o", "nowhere/layer.zip")

    assert (answer.code, answer.err) == (
        2,
        "error: `nowhere/layer.zip` cannot be written: No such file or directory\n\nhint: name another file in `-o`\n",
    )


def test_proxy_build_wants_to_know_where_to_write(run: Callable[..., Answer]) -> None:
    answer = run("proxy", "build")

    assert answer.code == 2
    assert answer.err.endswith("\n\nhint: `lambda-migrate proxy build --help` shows what it takes\n")
