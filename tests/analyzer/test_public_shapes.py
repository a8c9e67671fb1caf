"""Shapes of code that public repositories have: what is found in them, and what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer import analyze
from tests.analyzer.projects import write
from tests.analyzer.public_shapes import ALL, WEB, seen

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "handler", "root_of_imports"),
    [
        ("src/api/handler.py", "handler.handler", "src/api/main.py"),
        ("functions/shop/entry.py", "entry.handler", "functions/shop/main.py"),
    ],
)
def test_imports_begin_where_what_the_handler_imports_lies(
    name: str, handler: str, root_of_imports: str, tmp_path: Path
) -> None:
    folder = name.rpartition("/")[0]
    files = {
        f"{folder}/__init__.py": "",
        name: "from mangum import Mangum\nfrom main import app\nhandler = Mangum(app)\n",
        root_of_imports: "from fastapi import FastAPI\napp = FastAPI()\n",
        "main.py": "raise SystemExit('another file of that name')\n",
        **ALL,
    }
    analysis = analyze(write(tmp_path, files), None)

    assert analysis.adapter is not None
    assert (analysis.handler, analysis.adapter.application, analysis.blocking) == (handler, "main:app", ())
    assert analysis.reached == (name, root_of_imports)


def test_a_module_beside_a_handler_that_is_imported_from_elsewhere_is_told(tmp_path: Path) -> None:
    files = {
        "api/__init__.py": "",
        "api/handler.py": "from mangum import Mangum\nfrom main import app\nhandler = Mangum(app)\n",
        "api/main.py": "",
        **ALL,
    }
    analysis = analyze(write(tmp_path, files), "api.handler.handler")

    assert [each.message for each in analysis.blocking] == ["`main` is in `api`, and imports do not begin there"]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        # a loop that is made, and not run
        ("import asyncio\nasyncio.set_event_loop(asyncio.new_event_loop())\n", []),
        # an exit that ends the start
        ("import os\nBUCKET = os.environ.get('BUCKET') or exit('BUCKET is required')\n", []),
        # a level that silences on purpose
        ("import logging\nlogging.getLogger('boto3').setLevel(logging.ERROR)\n", []),
        # start-up code that is run by hand
        (
            "@app.on_event('startup')\ndef connect(): ...\nconnect()\nhandler = Mangum(app, lifespan='off')\n",
            [("info", "LM002", "`startup` code runs at import; with `SERVICE_LIFESPAN=on` it would run twice")],
        ),
        # credentials that boto3 finds by itself where the variables are not set
        (
            "import os\nsession.client('s3', aws_access_key_id=os.getenv('AWS_ACCESS_KEY_ID'))\n",
            [("warn", "LM205", "nothing sets `AWS_ACCESS_KEY_ID` on a service; a role's credentials come another way")],
        ),
        # a wrapper whose inner function calls what it was given
        (
            (
                "def opened(handler):\n    def wrapper(event, context):\n        connect()\n"
                "        return handler(event, context)\n    return wrapper\nhandler = opened(Mangum(app))\n"
            ),
            [("error", "LM012", "`opened` is around the adapter, and requests no longer pass it")],
        ),
        # a wrapper that only says something
        (
            (
                "def logged(handler):\n    def wrapper(*args, **kwargs):\n        print(args)\n"
                "        return handler(*args, **kwargs)\n    return wrapper\nhandler = logged(Mangum(app))\n"
            ),
            [("info", "LM701", "`print` has no level and no request id")],
        ),
        # a loop that a handler's own helper runs, for events that no request is
        (
            (
                "import asyncio\nasgi = Mangum(app)\ndef _job(event):\n    return asyncio.run(work(event))\n"
                "def handler(event, context):\n    if 'job' in event:\n        return _job(event)\n"
                "    return asgi(event, context)\n"
            ),
            [
                ("warn", "LM309", "`asyncio.run` runs an event loop of its own"),
                ("info", "LM003", "`handler` branches on its event (direct): `'job' in event`"),
            ],
        ),
    ],
)
def test_what_is_meant_is_found_as_what_it_is(code: str, found: list[tuple[str, str, str]], tmp_path: Path) -> None:
    handler = "" if "handler" in code else "handler = Mangum(app)\n"
    more = {"requirements.txt": "fastapi\nmangum\nhttpx\n"}

    told = seen(tmp_path, {"main.py": WEB + code + handler, **more})

    assert told == found


@pytest.mark.parametrize(
    ("arguments", "settings", "unresolved"),
    [
        ("app, enable_lifespan=False", ("off", "/"), ()),
        ("app, False", ("off", "/"), ()),
        ("app, log_level='info', api_gateway_base_path='v1'", ("auto", "v1"), ()),
        ("app, lifespan='sometimes'", ("auto", "/"), ("lifespan='sometimes'",)),
        ("app, lifespan='on', strip_stage=True", ("on", "/"), ("strip_stage=True",)),
    ],
)
def test_arguments_of_every_mangum_are_told(
    arguments: str, settings: tuple[str, str], unresolved: tuple[str, ...], tmp_path: Path
) -> None:
    write(tmp_path, {"main.py": f"{WEB}handler = Mangum({arguments})\n"})

    adapter = analyze(tmp_path, None).adapter

    assert adapter is not None
    assert ((adapter.lifespan, adapter.api_gateway_base_path), adapter.unresolved) == (settings, unresolved)


def test_arguments_of_a_wsgi_adapter_are_not_those_of_mangum(tmp_path: Path) -> None:
    code = "import serverless_wsgi\nfrom web import app\ndef handler(event, context):\n"
    write(
        tmp_path,
        {"main.py": f"{code}    return serverless_wsgi.handle_request(app, event, context)\n", "web.py": "app = 1\n"},
    )

    adapter = analyze(tmp_path, None).adapter

    assert adapter is not None
    assert (adapter.kind, adapter.application, adapter.lifespan, adapter.unresolved) == (
        "serverless-wsgi",
        "web:app",
        "auto",
        (),
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("requirements.txt", "passlib[bcrypt]\npython-jose\n"),
        (
            "pyproject.toml",
            "[project]\nname='a'\ndependencies=['python-jose']\n[project.optional-dependencies]\nl=['bcrypt']\n",
        ),
        (
            "pyproject.toml",
            "[project]\nname='a'\ndependencies=['python-jose']\n[dependency-groups]\ndev=['x']\nlambda=['bcrypt']\n",
        ),
        (
            "pyproject.toml",
            "[tool.poetry.dependencies]\npython-jose='*'\n[tool.poetry.group.api.dependencies]\nbcrypt='*'\n",
        ),
        (
            "setup.py",
            "from setuptools import setup\nbase = ['bcrypt']\nbase += ['python-jose']\nsetup(install_requires=base)\n",
        ),
        (
            "setup.py",
            (
                "from setuptools import setup\nfrom pathlib import Path\ndef read(name):\n"
                "    return [line for line in Path(__file__).parent.joinpath('base.txt').read_text().splitlines()]\n"
                "setup(install_requires=read('base.txt') + ['bcrypt'])\n"
            ),
        ),
        (
            "setup.py",
            (
                "from setuptools import setup\nwith open('base.txt') as file:\n    lines = file.read().splitlines()\n"
                "setup(install_requires=[*lines, 'bcrypt'])\n"
            ),
        ),
    ],
)
def test_what_is_declared_in_any_way_is_provided(name: str, text: str, tmp_path: Path) -> None:
    write(tmp_path, {"main.py": "import bcrypt\nimport jose\n", name: text, "base.txt": "# base\npython-jose==3.3.0\n"})

    assert [each.message for each in analyze(tmp_path, None).findings] == []


def test_what_a_lock_does_not_have_is_an_error_and_what_a_package_may_bring_a_warning(tmp_path: Path) -> None:
    lock = "version = 1\n[[package]]\nname = 'notifications'\nversion = '1'\n"
    places = {"locked": {"uv.lock": lock}, "open": {"requirements.txt": "notifications\n"}}
    told = {}
    for place, files in places.items():
        write(tmp_path / place, {"main.py": "import jwt\n", **files})
        told[place] = [(each.severity.value, each.message) for each in analyze(tmp_path / place, None).findings]

    assert told == {
        "locked": [("error", "`jwt` is neither in the folder nor declared: is it in a layer?")],
        "open": [("warn", "`jwt` is not declared itself; it may come with another package (`notifications`)")],
    }


def test_applications_are_counted_by_themselves_not_by_their_names(tmp_path: Path) -> None:
    other = WEB.replace("app =", "shop =") + "handler = Mangum(shop)\nagain = Mangum(shop)\n"
    write(tmp_path, {"a.py": WEB + "handler = Mangum(app)\n", "b.py": other, **ALL})

    told = [each.message for each in analyze(tmp_path, None).findings if each.code == "LM007"]

    assert told == [
        "`a.app` is one of 2 adapted applications: a.app, b.shop",
        "`b.shop` is one of 2 adapted applications: a.app, b.shop",
        "`b.shop` is one of 2 adapted applications: a.app, b.shop",
    ]
