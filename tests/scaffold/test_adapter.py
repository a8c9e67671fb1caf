"""Which application is behind the handler, and how its adapter was set up, from every form it is written in."""

from __future__ import annotations

from dataclasses import replace

import pytest
from mangum import adapter

from lambda_migrate.errors import MigrateError
from tests.scaffold.packages import FACTS, MAIN, surveyed


def test_a_wsgi_application_is_told_how_to_become_asgi() -> None:
    code = "from apig_wsgi import make_lambda_handler\nfrom flask import Flask\nweb = Flask(__name__)\n"
    with pytest.raises(MigrateError) as caught:
        surveyed({"main.py": code + "handler = make_lambda_handler(web)\n"})
    assert caught.value.hint.startswith("add `asgi = a2wsgi.WSGIMiddleware(web)`")


def test_a_wsgi_application_that_became_asgi_is_lifted() -> None:
    code = "import a2wsgi\nfrom apig_wsgi import make_lambda_handler\nfrom flask import Flask\nweb = Flask(__name__)\n"
    code += "asgi = a2wsgi.WSGIMiddleware(web)\nhandler = make_lambda_handler(web)\n"
    found = surveyed({"main.py": code}, app="main:asgi").application
    assert (found.app, found.handler, found.framework) == ("main:asgi", "main.handler", "flask")


def test_the_user_may_say_which_application_it_is() -> None:
    code = "def handler(event, context):\n    return {}\nasync def app(scope, receive, send): ...\n"
    assert surveyed({"main.py": code}, app="main:app").application.app == "main:app"


def test_the_adapter_s_settings_are_carried_over() -> None:
    code = (
        "import os\nfrom fastapi import FastAPI\nfrom mangum import Mangum\napp = FastAPI()\n"
        'handler = Mangum(app, lifespan="off", api_gateway_base_path=os.environ["STAGE"], exclude_headers=["x-a"],\n'
        '                 text_mime_types=["text/", "application/geo+json"])\n'
    )
    found = surveyed({"main.py": code}, replace(FACTS, environment={"STAGE": "prod/"})).application
    assert (found.base_path, found.lifespan, found.exclude_headers, found.text_mime_types, found.unresolved) == (
        "/prod",
        "off",
        ("x-a",),
        ("text/", "application/geo+json"),
        (),
    )
    unknown = surveyed({"main.py": code})
    assert unknown.application.unresolved == ('api_gateway_base_path=os.environ["STAGE"]',)
    assert "set `proxy.base_path` in migration.yaml" in unknown.warnings[0]


@pytest.mark.parametrize(
    ("arguments", "base_path", "lifespan"),
    [
        ('"off", "/v1"', "/v1", "off"),
        ("api_gateway_base_path=BASE", "/v1", "auto"),
        ("api_gateway_base_path=settings.BASE", "/v1", "auto"),
        ("api_gateway_base_path=settings.Paths.api + '/x'", "/v1/x", "auto"),
        ("api_gateway_base_path=f'/{STAGE}/api'", "/prod/api", "auto"),
        ("api_gateway_base_path=os.getenv('PREFIX') or settings.BASE", "/v1", "auto"),
        ("**settings.ADAPTER", "/v1", "off"),
        ("**{'lifespan': 'off'}", "", "off"),
        ("**dict(lifespan='off', api_gateway_base_path=BASE)", "/v1", "off"),
    ],
)
def test_settings_are_read_from_wherever_they_are_written(arguments: str, base_path: str, lifespan: str) -> None:
    files = {
        "main.py": "import os\nfrom mangum import Mangum\nfrom app import settings\nfrom app.settings import BASE\n"
        f"from app import app\nSTAGE = os.environ['STAGE']\nhandler = Mangum(app, {arguments})\n",
        "app/__init__.py": "from fastapi import FastAPI\napp = FastAPI()\n",
        "app/settings.py": 'BASE = "/v1"\nclass Paths:\n    api = BASE\n'
        'ADAPTER = {"lifespan": "off", "api_gateway_base_path": Paths.api}\n',
    }
    found = surveyed(files, replace(FACTS, environment={"STAGE": "prod", "PREFIX": ""})).application
    assert (found.base_path, found.lifespan, found.unresolved) == (base_path, lifespan, ())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("app, **made()", "`**made()` cannot be determined without running the code; check `proxy` in migration.yaml"),
        (
            "app, lifespan={'a': 1}['b']",
            "`lifespan={'a': 1}['b']` cannot be determined without running the code; check `proxy` in migration.yaml",
        ),
        (
            "app, lifespan=TWICE",
            "`lifespan=TWICE` cannot be determined without running the code; check `proxy` in migration.yaml",
        ),
        (
            "Middleware(app)",
            "of `Middleware(app)`, `main:app` alone is lifted; bind all of it to a name",
        ),
        (
            "app, custom_handlers=[Own]",
            "`custom_handlers=[Own]` is Mangum's own way to read events; the service does not know it",
        ),
    ],
)
def test_settings_that_only_running_the_code_can_tell_are_told(arguments: str, told: str) -> None:
    code = MAIN.replace("handler =", "TWICE = 'on'\nif app:\n    TWICE = 'off'\nhandler =")
    assert surveyed({"main.py": code.replace("Mangum(app)", f"Mangum({arguments})")}).warnings[0].startswith(told)


def test_text_types_are_added_to_mangum_s_own() -> None:
    code = MAIN.replace("Mangum(app)", 'Mangum(app, text_mime_types=[*DEFAULT_TEXT_MIME_TYPES, "a/b"])')
    code = f"from mangum.adapter import DEFAULT_TEXT_MIME_TYPES\n{code}"
    assert surveyed({"main.py": code}).application.text_mime_types == (*adapter.DEFAULT_TEXT_MIME_TYPES, "a/b")


def test_a_handler_that_comes_with_a_star_is_found() -> None:
    files = {"main.py": "from web import *\n", "web.py": MAIN}
    assert surveyed(files).application.app == "web:app"


def test_a_factory_is_called() -> None:
    code = (
        "from fastapi import FastAPI\nfrom mangum import Mangum\ndef create():\n    return FastAPI()\n"
        "handler = Mangum(create())\n"
    )
    assert surveyed({"main.py": code}).application.app == "main:create()"
