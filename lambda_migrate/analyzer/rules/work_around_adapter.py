"""Finds what a handler does around the adapter: before it, after it, or in a wrapper.

## Why it breaks
Feature flags, key checks, request ids and flushes are often in the handler, beside the call of the adapter. A server
calls the application itself, so HTTP requests no longer pass them: a function that answered 503 while its feature flag
was off becomes a service that serves, and a key that was checked no longer is.

## Instead
`init` writes a hook that runs the handler itself around the application, so that the service answers as the function
did. Later, move the work into a middleware or a dependency of the application, and remove the hook.

## Evidence
A public function refused requests while it could not reach its feature flags; lifted without its handler, it served
them all.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import KINDS, WORDS
from lambda_migrate.analyzer.around import Work, passed_by_requests
from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import event_functions
from lambda_migrate.analyzer.rule import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.patterns import Function
    from lambda_migrate.analyzer.project import Project

CODE = "LM012"
SEVERITY = Severity.ERROR
HINT = "`init` writes a hook that runs the handler around the application; better, make it a middleware"

APP = "from fastapi import FastAPI\nfrom mangum import Mangum\napp = FastAPI()\nasgi = Mangum(app)\n"
SERVED = "return asgi(event, context)"


def _handler(*lines: str) -> str:
    """Return an example: an application, its adapter, and a handler of these lines."""
    return APP + "".join(f"{line}\n" for line in ("def handler(event, context):", *(f"    {line}" for line in lines)))


VALID = (
    APP,
    _handler("logger.info(event)", SERVED),
    _handler("print(vars(context))", "told = json.dumps({'on': platform.uname()})", "logger.info(told)", SERVED),
    # Other events have work of their own, which the service's events endpoint calls.
    _handler("if 'Records' in event:", "    return work(event)", SERVED),
    _handler("if event.get('warmer'):", "    return {}", "answer = asgi(event, context)", "return answer"),
    _handler("if 'httpMethod' in event:", f"    {SERVED}", "done = poll(event)", "flush()", "return done"),
    _handler("asyncio.set_event_loop(asyncio.new_event_loop())", "return Mangum(app)(event, context)"),
    _handler("try:", f"    {SERVED}", "except Exception:", "    log.exception('x')", "    raise"),
    _handler(
        "is_http = 'httpMethod' in event or ('requestContext' in event and 'http' in event['requestContext'])",
        "if not is_http:",
        "    return work(event)",
        SERVED,
    ),
    _handler(
        "known = event.get('requestContext', {})",
        "key = known.get('routeKey', '')",
        "if key.startswith('$'):",
        "    return sockets(event)",
        SERVED,
    ),
    _handler("kind = event.get('source')", "if kind == 'aws.events':", "    return {}", SERVED),
    (
        "import asyncio\ndef ensure():\n    try:\n        asyncio.get_running_loop()\n    except RuntimeError:\n"
        "        asyncio.set_event_loop(asyncio.new_event_loop())\n" + _handler("ensure()", SERVED)
    ),
    # Another function of the same code, which the environment tells from this one, and which gets no requests.
    "import os\ndef work(event, context):\n    return event['Records']\n"
    + _handler("if os.environ.get('ROLE') == 'worker':", "    return work(event, context)", SERVED),
    _handler("if is_cold_start:", "    is_cold_start = False", "    metrics.add_metric('ColdStart', 1)", SERVED),
    _handler(
        "answer = asgi(event, context)", "if 'headers' not in answer:", "    answer['headers'] = {}", "return answer"
    ),
    (
        "import asyncio\ndef ensure():\n    try:\n        loop = asyncio.get_event_loop()\n"
        "        if loop.is_closed():\n            raise RuntimeError\n        return loop\n"
        "    except RuntimeError:\n        return asyncio.new_event_loop()\n" + _handler("loop = ensure()", SERVED)
    ),
    _handler(
        "if STAGE == 'local':",
        "    base = '/'",
        "elif STAGE == 'prod':",
        "    base = '/api'",
        "else:",
        "    raise ValueError(STAGE)",
        "asgi = Mangum(app, api_gateway_base_path=base)",
        SERVED,
    ),
    # Parts that requests, or answers, always have are filled in for others.
    _handler("if 'http' not in event['requestContext']:", "    event['requestContext']['http'] = {}", SERVED),
    _handler("if event.get('headers') is None:", "    event['headers'] = {}", SERVED),
    _handler("answer = asgi(event, context)", "answer.setdefault('headers', {})", "return cast(dict, answer)"),
    _handler("answer = asgi(event, context)", "answer['isBase64Encoded'] = False", "return answer"),
    # Names that say which events they let in.
    "from kinds import classify\n"
    + _handler("kind = classify(event)", "if not kind.is_http:", "    raise RuntimeError(kind)", SERVED),
    _handler("if not isinstance(event, dict) or 'requestContext' not in event:", "    return {}", SERVED),
    _handler("if not event:", "    return {'statusCode': 400}", SERVED),
    _handler("loop = asyncio.new_event_loop()", "try:", f"    {SERVED}", "finally:", "    loop.close()"),
    "from other import serve\ndef handler(event, context):\n    check(event)\n    return serve(event, context)\n",
)
INVALID = (
    _handler("if os.environ.get('OPEN') != 'yes':", "    return {'statusCode': 503}", SERVED),
    "import os\ndef closed(event, context):\n    return {'statusCode': 503}\n"
    + _handler("if os.environ.get('OPEN') == 'no':", "    return closed(event, context)", SERVED),
    _handler("if is_cold_start:", "    is_cold_start = False", "    load_secrets()", SERVED),
    "def check(event):\n    try:\n        if event['headers'].get('x') != KEY:\n            raise KeyError\n"
    "    except KeyError:\n        raise PermissionError\n" + _handler("check(event)", SERVED),
    "from keys import check\n"
    + _handler("caller = check(event)", "if not caller.is_known:", "    raise PermissionError", SERVED),
    "from kinds import classify\n"
    + _handler("kind = classify(event)", "if not kind.is_http:", "    return {}", "remember(kind)", SERVED),
    _handler("if isinstance(event, dict):", "    event['path'] = event['path'].lower()", SERVED),
    _handler("if event['headers'].get('x-key') is None:", "    event['headers'] = {}", SERVED),
    _handler("if 'x-key' not in event['headers']:", "    event['headers']['x-key'] = KEY", SERVED),
    _handler("if event['headers'].get('x-key') != KEY:", "    raise PermissionError", SERVED),
    "def check(event):\n    if event['headers'].get('x-key') != KEY:\n        return {'statusCode': 401}\n"
    + _handler("refused = check(event)", "if refused is not None:", "    return refused", SERVED),
    "def token(event):\n    return event['headers'].get('x')\n"
    "def unknown(event):\n    return token(event) not in KEYS\n"
    + _handler("if unknown(event):", "    return {'statusCode': 401}", SERVED),
    _handler("path = event.get('path')", "if path.startswith('/x'):", "    event['path'] = path[2:]", SERVED),
    _handler("answer = asgi(event, context)", "flush()", "return answer"),
    _handler("try:", f"    {SERVED}", "finally:", "    flush()"),
    _handler("with tracing(context):", f"    {SERVED}"),
    _handler("event['path'] = event['path'].lower()", SERVED),
    f"{APP}@guarded\ndef handler(event, context):\n    {SERVED}\n",
    APP + "handler = guarded(asgi)\n",
    Sample(
        {
            "web.py": APP,
            "main.py": f"from web import asgi\ndef handler(event, context):\n    remember(context)\n    {SERVED}\n",
        },
        handler="main.handler",
    ),
)
KNOWN_MISSES = (
    # The adapter is called by a function of the user's own.
    APP
    + "def serve(event):\n    return asgi(event, None)\ndef handler(event, context):\n    flush()\n    serve(event)\n",
)
# Rules of their own find these, or they watch and change nothing.
WATCHERS = (
    "aws_lambda_powertools.",
    "aws_xray_sdk.",
    "datadog_lambda.",
    "sentry_sdk.",
    "newrelic.",
    "lumigo_tracer.",
    "epsagon.",
    "lambdawarmer.",
)
POWERTOOLS = frozenset({"inject_lambda_context", "capture_lambda_handler", "log_metrics", "capture_method"})


def check(module: Module) -> Iterator[Fact]:
    """Note what functions of an event do around a call with that event, and the wrappers of adapters."""
    for function, event, context in event_functions(module):
        if module.entry and function.name != module.entry:
            continue
        for call in _handed_on(module, function, event, context):
            callee = _callee(module, call, function)
            for work in passed_by_requests(module, function, call, event):
                yield _fact(module, work, function.name, callee)
            for decorator in function.decorator_list:
                if not _watches(module, decorator):
                    written = module.snippet(decorator)
                    yield module.fact(
                        decorator,
                        f"`@{written}` runs around the adapter; requests no longer pass it",
                        kind="work",
                        value=callee,
                    )
    yield from _wrappers(module)


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:
    """Report what is around calls that lead to an adapter."""
    known: dict[str, bool] = {}
    for fact in facts:
        if fact.value not in known:
            known[fact.value] = any(name.removesuffix("()") in KINDS for name in project.names(fact.value))
        if known[fact.value]:
            yield fact.saying(fact.message)


def _fact(module: Module, work: Work, function: str, callee: str) -> Fact:
    message = (
        f"`{function}` does this {work.when} the adapter, and requests no longer pass it: `{module.snippet(work.node)}`"
    )
    return module.fact(work.node, message, kind="work", value=callee)


def _handed_on(module: Module, function: Function, event: str, context: str) -> Iterator[ast.Call]:
    """Return the calls in a function that hand its event and context on."""
    inner = module.inside(function)
    for call, scope in module.all_calls():
        if scope is inner and len(call.args) > 1 and isinstance(call.args[1], ast.Name):
            mentioned = {part.id for part in ast.walk(call.args[0]) if isinstance(part, ast.Name)}
            made_here = any(isinstance(part, ast.Name) and part.id in inner.assigned for part in [call.args[0]])
            if call.args[1].id == context and (event in mentioned or made_here):
                yield call
        elif scope is inner and len(call.args) > 1 and _is_wsgi(module, call):
            yield call


def _is_wsgi(module: Module, call: ast.Call) -> bool:
    return module.mentions(*WORDS) and KINDS.get(module.resolve(call.func, module.root)) in (
        "serverless-wsgi",
        "aws-wsgi",
    )


def _callee(module: Module, call: ast.Call, function: Function) -> str:
    return module.resolve(call.func, module.inside(function))


def _watches(module: Module, node: ast.expr) -> bool:
    target = node.func if isinstance(node, ast.Call) else node
    dotted = module.resolve(target, module.root)
    return dotted.startswith(WATCHERS) or getattr(target, "attr", "") in POWERTOOLS


def _wrappers(module: Module) -> Iterator[Fact]:
    """Note calls at import whose only argument is an adapter, or what holds one: `handler = guarded(asgi)`."""
    if not module.mentions(b"handler"):
        return
    for name in {"handler", "lambda_handler", module.entry} - {""}:
        for value, scope in module.root.assigned.get(name, ()):
            if isinstance(value, ast.Call) and scope is module.root and value.args and not value.keywords:
                held = module.resolve(value.args[0], scope)
                if held and module.resolve(value.func, scope) not in KINDS and not _watches(module, value.func):
                    message = f"`{module.snippet(value.func)}` is around the adapter, and requests no longer pass it"
                    yield module.fact(value, message, kind="work", value=held)
