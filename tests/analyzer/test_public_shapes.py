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
        # a part of the event that a request tells as well
        (
            (
                "def host(request):\n    try:\n        return request.scope['aws.event']['domainName']\n"
                "    except KeyError:\n        return request.headers['host']\n"
            ),
            [("warn", "LM101", "`aws.event` is put into the scope by the Lambda adapter only")],
        ),
        (
            (
                "def number(request):\n    if 'aws.context' in request.scope:\n"
                "        return request.scope['aws.context'].aws_request_id\n    return 'x'\n"
            ),
            [
                ("warn", "LM101", "`aws.context` is put into the scope by the Lambda adapter only"),
                ("info", "LM201", "`aws_request_id` describes a Lambda invocation"),
                ("warn", "LM101", "`aws.context` is put into the scope by the Lambda adapter only"),
            ],
        ),
        # an event of which only the log is told, one that is also used, and one that something is done with
        (
            (
                "def told(request, log):\n    about = request.scope.get('aws.event') or {}\n"
                "    who = about.get('requestContext', {}).get('authorizer') or {}\n    log.info(who.get('sub'))\n"
            ),
            [
                ("warn", "LM101", "`aws.event` is put into the scope by the Lambda adapter only"),
                ("warn", "LM102", "the identity comes from API Gateway's authorizer"),
            ],
        ),
        (
            (
                "def used(request, log):\n    about = request.scope.get('aws.event') or {}\n    log.info(about)\n"
                "    return about.get('stage')\n"
            ),
            [("error", "LM101", "`aws.event` is put into the scope by the Lambda adapter only")],
        ),
        (
            "def saved(request, log):\n    about = save(request.scope.get('aws.event'))\n    log.info(about)\n",
            [("error", "LM101", "`aws.event` is put into the scope by the Lambda adapter only")],
        ),
        # a level of the log that only Lambda has
        (
            (
                "import logging, os\ndef level():\n    if os.getenv('AWS_LAMBDA_FUNCTION_NAME'):\n"
                "        return logging.INFO\n    return logging.DEBUG\n"
            ),
            [("warn", "LM202", "only Lambda sets `AWS_LAMBDA_FUNCTION_NAME`")],
        ),
        # a variable that is asked for, or has a default
        (
            "import os\nKEYS = 1 if os.getenv('AWS_ACCESS_KEY_ID') else 2\n",
            [("warn", "LM205", "nothing sets `AWS_ACCESS_KEY_ID` on a service; a role's credentials come another way")],
        ),
        # a function that is invoked without waiting, perhaps another one
        (
            "def later(client):\n    client.invoke(FunctionName='billing', InvocationType='Event')\n",
            [("warn", "LM502", "invokes a function without waiting: is it this one?")],
        ),
        # folders and headers that are only written to the log, and folders of which one is used
        (
            "import os\nprint(os.listdir('/var/task'))\nFOLDERS = ['/opt/tool', '/usr/local']\n",
            [
                ("info", "LM701", "`print` has no level and no request id"),
                ("warn", "LM402", "`/var/task` is part of the Lambda file system only"),
                ("warn", "LM402", "`/opt` is part of the Lambda file system only"),
            ],
        ),
        (
            "def show(request, log):\n    log.debug(request.headers.get('x-amzn-oidc-identity'))\n",
            [
                (
                    "warn",
                    "LM104",
                    "header `x-amzn-oidc-identity` is trustworthy only behind the gateway that writes it",
                )
            ],
        ),
        # variables that are only checked
        (
            "import os\nfor name in ('AWS_ACCESS_KEY_ID', 'KEY'):\n    os.getenv(name)\n",
            [("warn", "LM205", "nothing sets `AWS_ACCESS_KEY_ID` on a service; a role's credentials come another way")],
        ),
        # a loop of a plain function, which works in a thread, and one where a loop runs already
        (
            "import asyncio\ndef read():\n    asyncio.run(work())\nasync def wait():\n    asyncio.run(work())\n",
            [
                ("warn", "LM309", "`asyncio.run` runs an event loop of its own"),
                ("error", "LM309", "`asyncio.run` runs an event loop of its own"),
            ],
        ),
        # a cache that is filled when first asked
        (
            "kept = None\ndef client():\n    global kept\n    if kept is None:\n        kept = object()\n",
            [("info", "LM301", "fills `kept` when first asked: two requests at once may both do it")],
        ),
        # a place that only the log is told, a log that only laptops have, and a loop for code that a server runs
        (
            "import os\nlog.info('%s', 'there' if os.getenv('AWS_LAMBDA_FUNCTION_NAME') else 'here')\n",
            [("warn", "LM202", "only Lambda sets `AWS_LAMBDA_FUNCTION_NAME`")],
        ),
        (
            "import math, os\nmath.log(2 if os.getenv('AWS_LAMBDA_FUNCTION_NAME') else 3)\n",
            [
                ("error", "LM204", "`os.getenv('AWS_LAMBDA_FUNCTION_NAME')` asks whether this is Lambda"),
                ("warn", "LM202", "only Lambda sets `AWS_LAMBDA_FUNCTION_NAME`"),
            ],
        ),
        (
            (
                "import os\nif 'AWS_LAMBDA_FUNCTION_NAME' not in os.environ:\n    try:\n        setup_own_log()\n"
                "    except ImportError:\n        pass\n"
            ),
            [("warn", "LM202", "only Lambda sets `AWS_LAMBDA_FUNCTION_NAME`")],
        ),
        (
            (
                "import os\nif 'AWS_EXECUTION_ENV' in os.environ:\n    loop = sure_event_loop()\n"
                "    loop.run_until_complete(app.router.startup())\n"
            ),
            [
                ("warn", "LM202", "only Lambda sets `AWS_EXECUTION_ENV`"),
                (
                    "info",
                    "LM309",
                    "`loop.run_until_complete` runs an event loop of its own at import, before that of the service",
                ),
            ],
        ),
        # signing keys that are fetched once
        (
            "import httpx\nkeys = 0\ndef load():\n    global keys\n    a = httpx.get('//x')\n    keys = a.json()\n",
            [
                ("warn", "LM301", "assigns `keys` for all requests of the process"),
                ("warn", "LM313", "`httpx.get` fetches once, and what it returns is kept for the life of the process"),
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
