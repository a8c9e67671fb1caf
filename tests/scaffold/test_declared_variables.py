"""Variables and limits of a project, as its code and its template name them."""

from __future__ import annotations

import pytest

from lambda_migrate.scaffold import FunctionFacts, placeholders
from lambda_migrate.scaffold.asked import Asked
from lambda_migrate.scaffold.environment_reads import variables
from tests.scaffold.packages import MAIN, surveyed

SETTINGS = """\
import os, json
from decouple import config
from pydantic import Field, HttpUrl
from pydantic_settings import BaseSettings, SettingsConfigDict
from typing import Literal, Optional
class Base(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="shop_")
    host: str
    port: int
    page: int = 20
    site: HttpUrl
    tags: list[str]
    level: Literal["low", "high"]
    key: str = Field(validation_alias="SECRET_KEY")
    maybe: Optional[float] = None
    limit: int = Field(default=5, gt=0)
class More(Base):
    rate: Optional[int] = Field(...)
def need(name):
    return os.environ[name]
def may(name, default=None):
    return os.getenv(name, default)
BUCKET = need("BUCKET")
TABLE = may("TABLE", "orders")
TOKEN = os.environ.get("TOKEN")
if not TOKEN:
    raise ValueError("TOKEN is empty")
WORKERS = int(os.environ.get("WORKERS"))
STAGE = os.environ.get("STAGE", "dev")
NAME = os.environ.get("NAME") or "shop"
PLACE = os.environ.get("PLACE")
RULES = json.loads(os.environ["RULES"])
DEBUG = config("DEBUG", default=False, cast=bool)
"""


def test_variables_are_asked_for_by_settings_classes_helpers_and_libraries() -> None:
    needed = {name: Asked(needed=True, kind=kind) for name, kind in (
        ("BUCKET", "text"), ("RULES", "json"), ("SECRET_KEY", "text"), ("SHOP_HOST", "text"), ("SHOP_LEVEL", "=low"),
        ("SHOP_PORT", "int"), ("SHOP_SITE", "url"), ("SHOP_TAGS", "list"), ("TOKEN", "text"), ("WORKERS", "int"),
        ("RATE", "int"),
    )}  # fmt: skip
    optional = {name: Asked(default=True, kind=kind) for name, kind in (
        ("DEBUG", "bool"), ("NAME", "text"), ("SHOP_LIMIT", "int"), ("SHOP_MAYBE", "float"), ("SHOP_PAGE", "int"),
        ("STAGE", "text"), ("TABLE", "text"),
    )}  # fmt: skip

    assert variables({"main.py": SETTINGS.encode()}) == {**needed, **optional, "PLACE": Asked()}


@pytest.mark.parametrize(
    ("value", "placeholder"),
    [
        ("60", "11"),
        ("-2.5", "-1.1"),
        ("True", "True"),
        ("postgresql+psycopg://u:Pa55word@db.internal:5432/d?ssl=1", "postgresql+psycopg://127.0.0.1:5432/placeholder"),
        ("https://hooks.example.com/T00/secret", "https://127.0.0.1/placeholder"),
        ('["a", "b"]', "[]"),
        ('{"password": "a"}', "{}"),
        ("9f86d081884c7d659a2feaa0c55ad015", "0" * 32),
        ("8c7ad1b2-0c7c-4f5e-9a57-1f9a5d1a2b3c", "00000000-0000-4000-8000-000000000000"),
        ("q1aYlC3Cj2gU0Hn9ZkP0v3LmX7aYt2Rb9WcD4eFgHiI=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("hunter2", "placeholder"),
        ("", "placeholder"),
    ],
)
def test_a_placeholder_is_of_the_kind_that_the_value_is_and_holds_nothing_of_it(value: str, placeholder: str) -> None:
    assert placeholders.like(value) == placeholder


def test_tests_get_placeholders_that_the_code_can_read() -> None:
    code = "import os\nfrom pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    rate: int\n"
    code += "U = os.environ['DATABASE_URL']\n"
    required = "fastapi==0.115.0\nmangum==0.19.0\npydantic-settings==2.8.1\npsycopg[binary]==3.2.12\n"
    files = {"main.py": code + MAIN, "requirements.txt": required}

    offline = surveyed(files, FunctionFacts("orders"))
    known = surveyed(
        files,
        FunctionFacts(
            "orders",
            handler="main.handler",
            runtime="python3.12",
            code_sha256="a",
            environment={"DATABASE_URL": "mysql://u:p@h/d"},
        ),
    )

    assert offline.placeholders == {"DATABASE_URL": "postgresql+psycopg://127.0.0.1/placeholder", "RATE": "1"}
    assert known.placeholders == {"DATABASE_URL": "mysql://127.0.0.1/placeholder"}
