"""Writes projects and surveys them, as `init --offline` does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lambda_migrate.scaffold import FunctionFacts, Options, survey
from lambda_migrate.workflow import declared_function

if TYPE_CHECKING:
    from lambda_migrate.scaffold.survey import Survey

UNKNOWN = FunctionFacts("orders")
HANDLER = "from mangum import Mangum\nfrom main import app\nhandler = Mangum(app)\n"
WEB = "from fastapi import FastAPI\napp = FastAPI()\n"
FUNCTION = "Resources:\n  Orders:\n    Type: AWS::Serverless::Function\n    Properties: "
REQUIRED = "fastapi==0.115.0\nmangum==0.19.0\n"


def project(root: Path, files: dict[str, str], code: str = "", **options: Any) -> Survey:
    """Write a project and survey the code in one of its folders, as `init --offline` does."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    described = declared_function.described(root / code, "orders", options.pop("include", ()))
    facts = declared_function.facts("orders", described.deployment)
    return survey(declared_function.source(described), facts, Options(Path("unused"), root=described.root, **options))
