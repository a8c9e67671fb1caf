"""Adapters are recognised with the settings that the service has to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer import Adapter, analyze, find_adapters
from tests.analyzer.projects import write

if TYPE_CHECKING:
    from pathlib import Path


def test_a_plain_mangum_call(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "app/main.py": """
                from fastapi import FastAPI
                from mangum import Mangum

                app = FastAPI()
                handler = Mangum(app)
            """
        },
    )

    assert find_adapters(tmp_path, "app.main.handler") == (
        Adapter(
            kind="mangum",
            path="app/main.py",
            line=5,
            handler="app.main.handler",
            application="app.main:app",
            factory=False,
            framework="fastapi",
            lifespan="auto",
            api_gateway_base_path="/",
            text_mime_types=None,
            exclude_headers=(),
            unresolved=(),
        ),
    )


def test_every_setting_through_names_positions_and_sums(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.py": """
                import os
                from mangum import Mangum as Adapter
                from web import service
                STAGE = "prod"
                TEXT = ["text/", "image/svg+xml"]
                handler = Adapter(
                    service,
                    "off",
                    "/" + STAGE,
                    text_mime_types=TEXT + ["application/yaml"],
                    exclude_headers=["X-Internal"],
                )
            """,
            "web/__init__.py": "from web.factory import application as service\n",
            "web/factory.py": "from starlette.applications import Starlette\napplication = Starlette()\n",
        },
    )

    assert find_adapters(tmp_path) == (
        Adapter(
            kind="mangum",
            path="main.py",
            line=6,
            handler="main.handler",
            application="web:service",
            framework="starlette",
            lifespan="off",
            api_gateway_base_path="/prod",
            text_mime_types=("text/", "image/svg+xml", "application/yaml"),
            exclude_headers=("x-internal",),
        ),
    )


def test_settings_only_running_tells_are_named(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.py": """
                import os
                from mangum import Mangum
                from web import app
                handler = Mangum(app, api_gateway_base_path=os.environ["BASE"], custom_handlers=[Mine], **more)
            """
        },
    )

    (adapter,) = find_adapters(tmp_path)

    assert adapter.unresolved == ('api_gateway_base_path=os.environ["BASE"]', "custom_handlers=[Mine]", "**more")
    assert adapter.api_gateway_base_path == "/"


def test_a_factory_behind_middleware_inside_a_function(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.py": """
                from mangum import Mangum
                from web import Middleware, create_app

                def handler(event, context):
                    adapter = Mangum(Middleware(create_app(), allow="*"), lifespan="off")
                    return adapter(event, context)
            """,
            "web.py": """
                from fastapi import FastAPI

                def create_app():
                    app = FastAPI()
                    return app
            """,
        },
    )

    assert find_adapters(tmp_path) == (
        Adapter(
            kind="mangum",
            path="main.py",
            line=5,
            handler="main.handler",
            application="web:create_app",
            factory=True,
            framework="fastapi",
            lifespan="off",
            unresolved=('app=Middleware(create_app(), allow="*")',),
        ),
    )


@pytest.mark.parametrize(
    ("source", "kind", "handler"),
    [
        (
            "from apig_wsgi import make_lambda_handler\nfrom web import app\nhandler = make_lambda_handler(app)\n",
            "apig-wsgi",
            "main.handler",
        ),
        (
            (
                "import serverless_wsgi\nfrom web import app\ndef run(event, context):\n"
                "    return serverless_wsgi.handle_request(app, event, context)\n"
            ),
            "serverless-wsgi",
            "main.run",
        ),
        (
            (
                "import awsgi\nfrom web import app\ndef run(event, context):\n"
                "    return awsgi.response(app, event, context)\n"
            ),
            "aws-wsgi",
            "main.run",
        ),
    ],
)
def test_flask_behind_each_wsgi_adapter(source: str, kind: str, handler: str, tmp_path: Path) -> None:
    write(tmp_path, {"main.py": source, "web.py": "from flask import Flask\napp = Flask(__name__)\n"})

    (adapter,) = find_adapters(tmp_path)

    assert (adapter.kind, adapter.handler, adapter.application, adapter.framework) == (
        kind,
        handler,
        "web:app",
        "flask",
    )


def test_the_handler_of_the_wsgi_deployment_plugin(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            ".serverless-wsgi": '{"app": "web.app"}',
            "web.py": "from flask import Flask\napp = Flask(__name__)\n",
            "requirements.txt": "flask\n",
        },
    )

    analysis = analyze(tmp_path, "wsgi_handler.handler")

    assert (analysis.findings, analysis.adapter) == (
        (),
        Adapter("serverless-wsgi", "web.py", 1, "wsgi_handler.handler", "web:app", framework="flask"),
    )


def test_several_applications_are_all_listed_and_the_handlers_own_is_chosen(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.py": """
                from fastapi import FastAPI
                from mangum import Mangum
                shop, admin = FastAPI(), FastAPI()
                handler = Mangum(shop)
                admin_handler = Mangum(admin, api_gateway_base_path="/admin")
            """,
            "requirements.txt": "fastapi\nmangum\n",
        },
    )

    analysis = analyze(tmp_path, "main.admin_handler")

    assert [each.application for each in find_adapters(tmp_path)] == ["main:shop", "main:admin"]
    assert analysis.adapter is not None
    assert analysis.adapter.application == "main:admin"
    assert analysis.adapter is not None
    assert analysis.adapter.kind == "mangum"
    assert [each.message for each in analysis.findings if each.code == "LM007"] == [
        "`main.shop` is one of 2 adapted applications: main.admin, main.shop",
        "`main.admin` is one of 2 adapted applications: main.admin, main.shop",
    ]


def test_no_adapter_is_none(tmp_path: Path) -> None:
    write(tmp_path, {"main.py": "def handler(event, context): ...\n"})

    analysis = analyze(tmp_path, "main.handler")

    assert (analysis.adapter, analysis.adapters) == (None, ())
    assert [each.code for each in analysis.findings] == ["LM006"]
