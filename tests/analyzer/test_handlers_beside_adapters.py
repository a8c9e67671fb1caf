"""What a handler does besides calling its adapter, in the shapes that public repositories have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.analyzer import analyze
from tests.analyzer.projects import write
from tests.analyzer.public_shapes import ALL, WEB, seen

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        (
            {"main.py": WEB + "_asgi = Mangum(app)\ndef run(event, context):\n    return _asgi(event, context)\n"},
            "main.run",
        ),
        (
            {
                "main.py": WEB + "_unused = Mangum(app, lifespan='on')\n_asgi = Mangum(app)\n"
                "def run(event, context):\n    return _asgi(event, context)\n"
            },
            "main.run",
        ),
        (
            {
                "main.py": WEB
                + "def made():\n    return Mangum(app)\ndef run(event, context):\n    return made()(event, context)\n"
            },
            "main.run",
        ),
        (
            {
                "web.py": WEB + "asgi = Mangum(app)\n",
                "main.py": "from web import asgi\ndef run(event, context):\n    return asgi(event, context)\n",
            },
            "main.run",
        ),
        ({"main.py": WEB + "handler = Mangum(app)\ndef other(event, context):\n    return 1\n"}, "main.handler"),
        (
            {
                "main.py": WEB + "kept = None\ndef make():\n    global kept\n    kept = Mangum(app)\n"
                "def run(event, context):\n    make()\n    return kept(event, context)\n"
            },
            "main.run",
        ),
        (
            {
                "main.py": WEB + "kept = None\ndef make():\n    return Mangum(app)\n"
                "def run(event, context):\n    global kept\n    kept = make()\n    return kept(event, context)\n"
            },
            "main.run",
        ),
        (
            {
                "main.py": WEB + "kept = None\ndef make():\n    return Mangum(app)\n"
                "def asgi():\n    global kept\n    kept = make()\n    return kept\n"
                "def run(event, context):\n    return asgi()(event, context)\n"
            },
            "main.run",
        ),
    ],
)
def test_the_handler_is_the_function_that_calls_the_adapter(
    files: dict[str, str], handler: str, tmp_path: Path
) -> None:
    analysis = analyze(write(tmp_path, files), None)

    assert analysis.adapter is not None
    assert (analysis.handler, analysis.adapter.handler.rpartition(".")[2]) == (
        handler,
        "asgi" if "web.py" in files else handler.rpartition(".")[2],
    )


def test_work_around_the_adapter_is_an_error_where_it_provably_changes_something(tmp_path: Path) -> None:
    code = """\
import os
def handler(event, context):
    print(event)
    if "Records" in event:
        return work(event)
    if os.environ.get("SHOP_OPEN") != "yes":
        return None
    remember(event["headers"].get("x-request-id"))
    answer = Mangum(app)(event, context)
    flush()
    return answer
"""
    assert [each for each in seen(tmp_path, {"main.py": WEB + code}) if each[1] == "LM012"] == [
        (
            severity,
            "LM012",
            f"`handler` does this {when} the adapter, and requests no longer pass it: `{written}`",
        )
        for severity, when, written in (
            ("error", "before", 'if os.environ.get("SHOP_OPEN") != "yes":…'),
            ("warn", "before", 'remember(event["headers"].get("x-request-id"))'),
            ("warn", "after", "flush()"),
        )
    ]


@pytest.mark.parametrize(
    ("code", "handler", "work"),
    [
        # the adapter that a function makes, bound to a name
        (
            (
                "def create(app):\n    try:\n        return Mangum(app)\n    except ImportError:\n        return None\n"
                "handler = create(app)\n"
            ),
            "main.handler",
            [],
        ),
        # made again for each invocation, with what that needs
        (
            (
                "def settings():\n    return {}\ndef fresh(given):\n    return FastAPI()\n"
                "def handler(event, context):\n    env = dict(settings())\n    env.setdefault('a', 'b')\n"
                "    made = fresh(env)\n    asgi = Mangum(made, lifespan='off')\n    return asgi(event, context)\n"
            ),
            "main.handler",
            [],
        ),
        # a class that is called
        (
            (
                "class Entry:\n    def make(self):\n        return Mangum(app)\n"
                "    def __call__(self, event, context):\n        return self.make()(event, context)\n"
                "handler = Entry()\n"
            ),
            "main.handler",
            [],
        ),
        # whether there is an adapter, an event loop, and helpers that only read
        (
            (
                "import asyncio\nasgi = Mangum(app)\ndef loop():\n    try:\n        return asyncio.get_event_loop()\n"
                "    except RuntimeError:\n        asyncio.set_event_loop(asyncio.new_event_loop())\n"
                "def part(event, *keys):\n    for key in keys:\n        event = event[key]\n    return event\n"
                "def handler(event, context):\n    if asgi is None:\n        return {'statusCode': 500}\n    loop()\n"
                "    stage = part(event, 'requestContext', 'stage')\n    print(stage)\n"
                "    return asgi(event, context)\n"
            ),
            "main.handler",
            [],
        ),
        # a path that is cut off, though the test only asks whether there is one
        (
            (
                "asgi = Mangum(app)\ndef handler(event, context):\n"
                "    if isinstance(event, dict) and 'path' in event:\n"
                "        event['path'] = event['path'].removeprefix('/x')\n    return asgi(event, context)\n"
            ),
            "main.handler",
            ["if isinstance(event, dict) and 'path' in event:…"],
        ),
    ],
)
def test_the_handler_and_its_own_work_are_told_from_making_the_adapter(
    code: str, handler: str, work: list[str], tmp_path: Path
) -> None:
    analysis = analyze(write(tmp_path, {"main.py": f"{WEB}{code}", **ALL}), None)

    told = [each.message.rpartition(": `")[2].rstrip("`") for each in analysis.findings if each.code == "LM012"]
    assert (analysis.handler, told, [each for each in analysis.blocking if each.code != "LM012"]) == (handler, work, [])


SERVED = "    return asgi(event, context)\n"


@pytest.mark.parametrize(
    ("before", "work", "severities"),
    [
        # what a function elsewhere does may be needed, or not: its name says how likely that is
        ("from other import report_metrics as tell", "    tell.trace(event)\n", ["warn"]),
        ("from other import start", "    start()\n", ["warn"]),
        ("from other import init_db", "    init_db()\n", ["error"]),
        ("from other import setup_telemetry", "    setup_telemetry()\n", ["warn"]),
        ("from other import init_db\ninit_db()", "    init_db()\n", ["warn"]),
        ("from other import log_request", "    log_request(event)\n", []),
        # a value of its own is asked for, or made by something that may do more
        ("from other import get_user", "    user = get_user(event)\n", []),
        ("from other import Session", "    session = Session()\n", ["warn"]),
        # who is refused, and what is no event for the handler
        ("from other import is_valid", "    if not is_valid(event):\n        raise ValueError\n", ["warn"]),
        (
            "from other import may_enter",
            "    if not may_enter(event):\n        return {'statusCode': 403}\n",
            ["error"],
        ),
        ("from other import warm", "    if warm.is_warmup_event(event):\n        return None\n", []),
        ("from other import door", "    if door.is_closed_for(event):\n        return None\n", ["warn"]),
        ("from other import is_warmup_event", "    if is_warmup_event(event):\n        return None\n", []),
        # what looks at the deployment, and a part of the event that only the code itself looks at
        ("from other import check_environment", "    check_environment()\n", ["warn"]),
        ("", "    event['data'] = event['body']\n", ["warn"]),
        # the import path, which the service has of its own, and a folder that is gone back to
        ("import sys", "    if 'src' not in sys.path:\n        sys.path.insert(0, 'src')\n", ["warn"]),
        ("import os", "    here = os.path.join('a', 'b')\n    before = os.getcwd()\n    os.chdir(before)\n", []),
        ("import os", "    os.chdir('src')\n", ["warn"]),
        # what tells others how it went
        ("from other import tracer", "    with tracer.span('x'):\n        print(event)\n", ["warn"]),
        ("import sentry_sdk", "    sentry_sdk.set_tag('a', 'b')\n", []),
        # who does not have the secret is refused, whatever it is compared with
        (
            "import hmac",
            (
                "    sent = event['headers'].get('x')\n"
                "    if not isinstance(sent, str) or not hmac.compare_digest(sent, KEY):\n        return refuse()\n"
            ),
            ["error"],
        ),
        # a table of what is no request, and what only a laptop runs the handler with
        (
            "WORK = (('seed', print),)",
            (
                "    for key, run in WORK:\n        if not event.get(key):\n            continue\n"
                "        return run(event)\n"
            ),
            ["warn"],
        ),
        ("from other import mock_all", "    with mock_all():\n        print(event)\n", ["warn"]),
        # that the handler has run, and what Lambda has to make anew
        ("", "    if not hasattr(handler, 'ran'):\n        print(event)\n        handler.ran = True\n", []),
        ("COLD = True", "    global COLD\n    COLD = False\n", []),
        ("import server", "    server.manager = None\n", ["warn"]),
        ("import server", "    server.manager = event\n", ["warn"]),
        (
            "import server\ndef caller():\n    return server.manager['headers']",
            "    server.manager = event\n",
            ["error"],
        ),
        # paths that are cut, whatever the stage, and what every server has
        ("", "    event['path'] = event['path'].removeprefix('/shop')\n", ["error"]),
        (
            "",
            "    stage = event['requestContext']['stage']\n    event['path'] = event['path'].removeprefix(stage)\n",
            ["warn"],
        ),
        ("", "    event['path'] = event['path'].removeprefix('/Prod')\n", ["warn"]),
        ("", "    event['path'] = event['requestContext']['http']['path']\n", ["warn"]),
        ("", "    event['queryStringParameters'] = urlencode(event['queryStringParameters'])\n", ["warn"]),
        ("", "    if not event['path'].startswith('/'):\n        event['path'] = '/' + event['path']\n", ["warn"]),
        # what is only answered while something is tried out, and what HTTP clients do not send
        ("DEBUG = 1", "    if DEBUG and event['headers'].get('x'):\n        return {'statusCode': 200}\n", ["warn"]),
        (
            "from other import run",
            "    tool = context.client_context.custom.get('tool')\n    if tool == KEY:\n        return run(event)\n",
            ["warn"],
        ),
    ],
)
def test_what_may_be_harmless_is_a_warning(before: str, work: str, severities: list[str], tmp_path: Path) -> None:
    code = f"{before}\nasgi = Mangum(app)\ndef handler(event, context):\n{work}{SERVED}"

    told = [severity for severity, rule, _ in seen(tmp_path, {"main.py": WEB + code}) if rule == "LM012"]

    assert told == severities


@pytest.mark.parametrize(
    ("after", "severity"),
    [("engine.dispose()", "warn"), ("flush()", "warn"), ("flush_orders()", "error"), ("publish(event)", "error")],
)
def test_tidying_up_behind_the_adapter_may_be_harmless(after: str, severity: str, tmp_path: Path) -> None:
    code = (
        "from other import engine, flush, flush_orders, publish\nasgi = Mangum(app)\n"
        f"def handler(event, context):\n    try:\n    {SERVED}    finally:\n        {after}\n"
    )

    told = [each for each in seen(tmp_path, {"main.py": WEB + code}) if each[1] == "LM012"]

    message = f"`handler` does this after the adapter, and requests no longer pass it: `{after}`"
    assert told == [(severity, "LM012", message)]
