"""`init` of a function in a container image, in the embedded AWS: the repository has the code that the image has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.scaffold.packages import MAIN, installed
from tests.support.images import Recipe, push
from tests.support.screen import call

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws

pytestmark = pytest.mark.sandbox

SITE = "usr/local/lib/python3.12/site-packages"


@pytest.mark.parametrize("adapted", [False, True], ids=["runtime client", "web adapter"])
def test_a_function_in_an_image_is_lifted_with_what_is_installed_in_it(
    client: Callable[[str], Any],
    embedded_aws: EmbeddedAws,
    unique: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    adapted: bool,
) -> None:
    for name, value in embedded_aws.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    packages = {
        **installed("fastapi", "0.165.0", "fastapi"),
        **installed("mangum", "0.19.0", "mangum"),
        **installed("boto3", "1.43.106", "boto3"),
        **installed("uvicorn", "0.54.0", "uvicorn"),
    }
    recipe = Recipe(
        [
            {f"{SITE}/{name}": content.encode() for name, content in packages.items()},
            {"app/main.py": MAIN.encode(), "app/old.py": b""},
            {"app/.wh.old.py": b""},
        ],
        entry_point=() if adapted else ("python", "-m", "awslambdaric"),
        command=("uvicorn", "main:app", "--port", "8080") if adapted else ("main.handler",),
        history=("COPY /lambda-adapter /opt/extensions/lambda-adapter",) if adapted else (),
        variables=("PATH=/usr/bin", "PYTHON_VERSION=3.12.4"),
        folder="/app",
    )
    client("lambda").create_function(
        FunctionName=unique,
        Role=f"arn:aws:iam::000000000000:role/{unique}",
        PackageType="Image",
        Code={"ImageUri": push(client("ecr"), unique, recipe.build(), "v1")},
    )

    answer = call("init", unique, "--directory", "service", "--no-git", "--yes")

    assert answer.code == 0, answer.err + answer.out
    service = tmp_path / "service"
    assert (service / "src" / "main.py").read_text() == MAIN
    assert not (service / "src" / "old.py").exists()
    assert "fastapi==0.165.0" in (service / "requirements.txt").read_text().splitlines()
    assert "it can run the service too" in " ".join((answer.out + answer.err).split())
