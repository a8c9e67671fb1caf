"""Which applications bring start-up code that plain Starlette could not run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.scaffold.start_up import of_its_own

if TYPE_CHECKING:
    from pathlib import Path

CLASS = "class Orders:\n    async def __call__(self, scope, receive, send): ...\n\n\napp = Orders()\n"
FUNCTION = "async def app(scope, receive, send): ...\n"
SUBCLASS = "from fastapi import FastAPI\n\n\nclass Orders(FastAPI): ...\n\n\napp = Orders()\n"


@pytest.mark.parametrize(
    ("code", "application", "own"),
    [
        (CLASS, "main:app", "made from the class `Orders`"),
        (CLASS.replace("app =", "app: object ="), "main:app", "made from the class `Orders`"),
        (FUNCTION, "main:app", "a function"),
        ("from litestar import Litestar\n\napp = Litestar([])\n", "main:app", "an application of litestar"),
        ("from fastapi import FastAPI\n\napp = FastAPI()\n", "main:app", ""),
        ("from starlette.applications import Starlette\n\napp = Starlette()\n", "main:app", ""),
        ("from fastapi import FastAPI\n\n\ndef app() -> FastAPI:\n    return FastAPI()\n", "main:app()", ""),
        (SUBCLASS, "main:app", ""),
        ("from elsewhere import app\n", "main:app", ""),
        (FUNCTION, "other:app", ""),
    ],
)
def test_an_application(tmp_path: Path, code: str, application: str, own: str) -> None:
    made = "app()" if application.endswith("()") else "app"
    (tmp_path / "main.py").write_text(f"from mangum import Mangum\n{code}handler = Mangum({made})\n")

    assert of_its_own(tmp_path, "main.handler", application) == own


def test_a_framework_without_a_lifespan_of_starlettes(tmp_path: Path) -> None:
    code = "from mangum import Mangum\nfrom quart import Quart\n\napp = Quart('orders')\nhandler = Mangum(app)\n"
    (tmp_path / "main.py").write_text(code)

    assert of_its_own(tmp_path, "main.handler", "main:app") == "an application of quart"


def test_a_package(tmp_path: Path) -> None:
    (tmp_path / "orders").mkdir()
    (tmp_path / "orders" / "__init__.py").write_text(f"from mangum import Mangum\n{FUNCTION}handler = Mangum(app)\n")

    assert of_its_own(tmp_path, "orders.handler", "orders:app") == "a function"
