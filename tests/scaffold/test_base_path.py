"""The base path is found where the code alone does not tell it, and never guessed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lambda_migrate import config
from lambda_migrate.scaffold import FunctionFacts, Options, from_directory, migration, survey
from lambda_migrate.scaffold.adapter import Application
from lambda_migrate.scaffold.adapter_settings import carry, settings
from lambda_migrate.scaffold.base_path import prefixes, resolved

if TYPE_CHECKING:
    from pathlib import Path

FACTS = FunctionFacts("tickets", handler="main.handler", runtime="python3.12", code_sha256="x")
SETTINGS = (
    b"from pydantic_settings import BaseSettings\n"
    b'class Settings(BaseSettings):\n    base_path: str = "/local"\n    other: str = "/no"\n'
)
FROM_SETTINGS = "api_gateway_base_path=get_settings().base_path"


@pytest.mark.parametrize(
    ("written", "environment", "routes", "found"),
    [
        (FROM_SETTINGS, {"BASE_PATH": "tickets/"}, (), "/tickets"),
        (FROM_SETTINGS, {"TICKETS_BASE_PATH": "/tickets"}, (), "/tickets"),
        (FROM_SETTINGS, {"base_path": "/v1/tickets"}, (), "/v1/tickets"),
        (FROM_SETTINGS, {"BASE_PATH": ""}, ("ANY /tickets/{proxy+}",), ""),
        (FROM_SETTINGS, {"DATABASE_PATH": "/var/data"}, (), "/local"),
        (FROM_SETTINGS, {"BASE_PATH": "/a", "TICKETS_BASE_PATH": "/b"}, (), None),
        (FROM_SETTINGS, {"BASE_PATH": "https://tickets.example.com"}, (), "/local"),
        ("api_gateway_base_path=os.environ['STAGE'] + suffix", {"STAGE": "prod"}, (), "/prod"),
        ("api_gateway_base_path=read()", {"TABLE": "t"}, ("ANY /tickets", "ANY /tickets/{proxy+}"), "/tickets"),
        ("api_gateway_base_path=read()", {}, ("GET /a/{proxy+}", "GET /b/{proxy+}"), None),
        ("api_gateway_base_path=read()", {}, ("ANY /{proxy+}", "$default"), None),
        ("api_gateway_base_path=read()", {}, ("ANY /orders/{proxy+}",), None),
        ("api_gateway_base_path=read(", {}, (), None),
        ("lifespan=read()", {"BASE_PATH": "/tickets"}, ("ANY /tickets/{proxy+}",), None),
    ],
)
def test_environment_and_routes_tell_the_base_path(
    written: str, environment: dict[str, str], routes: tuple[str, ...], found: str | None
) -> None:
    application = Application("main:app", "main.handler", unresolved=("custom_handlers=[X]", written))
    facts = replace(FACTS, environment=environment, routes=routes)
    sources = {"settings.py": SETTINGS, "broken.py": b"base_path = (", "main.py": b'@app.get("/orders/{id}")'}

    expected = (
        application if found is None else replace(application, base_path=found, unresolved=("custom_handlers=[X]",))
    )
    assert resolved(application, facts, sources) == expected


def test_what_migration_yaml_says_comes_before_what_could_be_found() -> None:
    application = Application("main:app", "main.handler", unresolved=(FROM_SETTINGS,))
    facts = replace(FACTS, environment={"BASE_PATH": "/other"})

    assert resolved(application, facts, {}, "tickets") == replace(application, base_path="/tickets", unresolved=())
    assert resolved(application, facts, {}, "") == replace(application, unresolved=())


def test_prefixes_are_those_of_greedy_routes() -> None:
    routes = ["$default", "GET /a", "ANY /b/{proxy+}", "GET /b/{all+}", "ANY /{proxy+}", "POST /c/{id}"]
    assert prefixes(routes) == ["", "/b"]


@pytest.mark.parametrize(("value", "said"), [("/tickets", "/tickets"), ("", "")])
def test_one_setting_is_written_also_where_it_says_that_there_is_none(tmp_path: Path, value: str, said: str) -> None:
    code = (
        "import os\nfrom fastapi import FastAPI\nfrom mangum import Mangum\napp = FastAPI()\n"
        'handler = Mangum(app, api_gateway_base_path=os.environ["PREFIX"])\n'
    )
    (tmp_path / "main.py").write_text(code)
    facts, options = replace(FACTS, environment={"PREFIX": value}), Options(tmp_path / "service", baseline=False)
    found = survey(from_directory(tmp_path), facts, options)
    made = migration(found, facts, options, folder=tmp_path)

    assert config.parse(made).proxy.base_path == said
    earlier = "function: tickets\nproxy:\n  events: all\n"
    carried = carry(earlier, settings(found.application), None, written=("base_path",))
    assert config.parse(carried.text).proxy.base_path == said
    assert carry(carried.text, settings(found.application), None, written=("base_path",)).text == carried.text
