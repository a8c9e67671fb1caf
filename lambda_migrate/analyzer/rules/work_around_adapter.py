"""Finds what a handler does around the adapter: before it, after it, or in a wrapper.

## Why it breaks
Feature flags, key checks, request ids and flushes are often in the handler, beside the call of the adapter. A server
calls the application itself, so HTTP requests no longer pass them: a function that answered 503 while its feature flag
was off becomes a service that serves, and a key that was checked no longer is.

It is an error where the code shows the consequence: requests are refused or answered there, a path is cut, an answer is
changed, or what the application works with is made ready. Everything else is a warning: read what it does.

## Instead
`init` writes a hook that runs the handler itself around the application, so that the service answers as the function
did. Later, move the work into a middleware or a dependency of the application, and remove the hook.

## Evidence
A public function refused requests while it could not reach its feature flags; lifted without its handler, it served
them all.
"""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import KINDS
from lambda_migrate.analyzer.around import Work, passed_by_requests
from lambda_migrate.analyzer.evidence import Evidence, of_name
from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import event_functions
from lambda_migrate.analyzer.refusals import GATES
from lambda_migrate.analyzer.rule import Sample
from lambda_migrate.analyzer.wrappers import called, handed_on, is_of_the_entry, wrappers, wrappings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.project import Project

CODE = "LM012"
SEVERITY = Severity.ERROR
HINT = "`init` writes a hook that runs the handler around the application; better, make it a middleware"

APP = "from fastapi import FastAPI\nfrom mangum import Mangum\napp = FastAPI()\nasgi = Mangum(app)\n"
SERVED = "return asgi(event, context)"
WRAPPER = "def noted(inner):\n    def wrapper(event, context):\n"
WRAPPED = "        return inner(event, context)\n    return wrapper\n"
CLASS = "class Entry:\n    def __init__(self, inner=None):\n"
REWRITES = (
    "    def __call__(self, event, context):\n        event['path'] = event['path'].removeprefix('/v1')\n"
    "        return self.inner(event, context)\n"
)


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
    # An adapter for where the first is missing, and an answer that is waited for.
    APP + "other = Mangum(app)\ndef handler(event, context):\n    if other:\n        return other(event, context)\n"
    f"    {SERVED}\n",
    _handler("answer = asgi(event, context)", "if iscoroutine(answer):", "    answer = run(answer)", "return answer"),
    # What an adapter does itself, and parts of events and answers that are there anyway.
    _handler("if event.get('isBase64Encoded'):", "    event['body'] = decoded(event['body'])", SERVED),
    _handler(
        "answer = asgi(event, context)",
        "if 'headers' not in answer or not answer['headers']:",
        "    answer['headers'] = {}",
        "return answer",
    ),
    _handler("answer = asgi(event, context)", "answer['statusCode'] = int(answer['statusCode'])", "return answer"),
    "def filled(given):\n    if 'requestContext' not in given:\n        given['requestContext'] = {}\n"
    "    http = given['requestContext']['http']\n    if 'sourceIp' not in http:\n        http['sourceIp'] = '0.0.0.0'\n"
    "    return given\n" + _handler("event = filled(event)", SERVED),
    _handler("raw = event['rawPath']", "event['requestContext']['http']['path'] = raw", SERVED),
    _handler("event['headers'] = {name.lower(): value for name, value in event['headers'].items()}", SERVED),
    _handler("event['version'] = '2.0'", "loop.run_until_complete(app.router.startup())", SERVED),
    _handler(
        "answer = asgi(event, context)",
        "if isinstance(answer, dict) and 'statusCode' in answer:",
        "    return answer",
        "return {}",
    ),
    _handler("def log(text):", "    open('x', 'a').write(text)", "log('x')", SERVED),
    # What follows a branch that has answered every request.
    _handler(
        "if 'httpMethod' in event:", "    try:", f"        {SERVED}", "    finally:", "        print(1)", "return {}"
    ),
    # Wrappers that only say something, here or in another module.
    APP + f"{WRAPPER}        print('called')\n{WRAPPED}handler = noted(asgi)\n",
    Sample(
        {
            "wraps.py": "import time\n" + WRAPPER + "        start = time.time()\n" + WRAPPED,
            "main.py": f"from wraps import noted\n{APP}@noted\ndef handler(event, context):\n    {SERVED}\n",
        }
    ),
    # What other events are told by, in the words of a function elsewhere.
    "from kinds import is_scheduled_event\n" + _handler("if is_scheduled_event(event):", "    return {}", SERVED),
    "from kinds import kind_of\n"
    + _handler("kind = kind_of(event)", "if kind == 'sqs':", "    return work(event)", SERVED),
    # The server does not start where the application cannot be imported, and has other limits than Lambda.
    "failed = None\ntry:\n    import fastapi\nexcept ImportError as error:\n    failed = str(error)\n"
    + _handler("if failed:", "    return {'statusCode': 500}", SERVED),
    _handler("answer = asgi(event, context)", "if len(answer) > LAMBDA_LIMIT:", "    return {}", "return answer"),
    _handler("app.state.logger = adapter_of(context)", SERVED),
    _handler("extra = {}", "extra['path'] = event.get('path')", "logger.info('x', extra=extra)", SERVED),
)
INVALID = (
    APP + f"{WRAPPER}        event['path'] = '/' + event['path']\n{WRAPPED}handler = noted(asgi)\n",
    Sample(
        {
            "wraps.py": f"{WRAPPER}        connect()\n{WRAPPED}",
            "main.py": f"from wraps import noted\n{APP}@noted\ndef handler(event, context):\n    {SERVED}\n",
        }
    ),
    # A class that is called, with an adapter of its own or with one that it is given.
    Sample(
        {"main.py": f"{APP}{CLASS}        self.inner = asgi\n{REWRITES}handler = Entry()\n"}, handler="main.handler"
    ),
    Sample(
        {"main.py": f"{APP}{CLASS}        self.inner = inner\n{REWRITES}handler = Entry(inner=asgi)\n"},
        handler="main.handler",
    ),
    # An adapter that a function returned among others.
    APP.replace("asgi =", "def build():\n    return 1,")
    + f"_, asgi = build()\ndef handler(event, context):\n    connect()\n    {SERVED}\n",
    "from callers import unknown\n" + _handler("if unknown(event):", "    raise PermissionError", SERVED),
    _handler("changed = {**event, 'path': event['path'][3:]}", "return asgi(changed, context)"),
    _handler("return asgi({**event, 'path': event['path'][3:]}, context)"),
    _handler("if event['path'].startswith('/api'):", f"    {SERVED}", "return others(event)"),
    "def cut(given):\n    return {**given, 'path': '/'}\n" + _handler("event = cut(event)", SERVED),
    _handler("token = current.set(event)", "try:", f"    {SERVED}", "finally:", "    current.reset(token)"),
    _handler("return with_cookie(asgi(event, context))"),
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
POWERTOOLS = frozenset({"inject_lambda_context", "capture_lambda_handler", "log_metrics", "capture_method"})
# What wrappers are called that are not seen, and do more than watch.
ACTS = re.compile(r"secret|key|inject|param|valid|guard|session|transaction|limit|rewrite|strip", re.IGNORECASE)
# Applications that answer other origins themselves, and what handlers do of that kind.
ANSWERS_ORIGINS = (b"CORSMiddleware", b"flask_cors", b"corsheaders")
OF_ORIGINS = re.compile(r"cors|OPTIONS|Access-Control|preflight", re.IGNORECASE)
UNSURE = "look at what it does: if requests need it, `init` writes a hook that runs the handler around the application"


def check(module: Module) -> Iterator[Fact]:
    """Note what functions of an event do around a call with that event, and the wrappers of adapters."""
    for function, event, context in event_functions(module):
        if not is_of_the_entry(module, function):
            continue
        for call in handed_on(module, function, event, context):
            callee = called(module, call, function)
            for work in passed_by_requests(module, function, call, event):
                yield _fact(module, work, function.name, callee)
            for decorator in function.decorator_list:
                said = f"`@{module.snippet(decorator)}` runs around the adapter; requests no longer pass it"
                yield from _wrapped(module, decorator, callee, said)
    for call, held in wrappings(module):
        said = f"`{module.snippet(call.func)}` is around the adapter, and requests no longer pass it"
        yield from _wrapped(module, call, held, said)
    for name, evidence in wrappers(module):
        yield module.fact_at(1, 0, "", kind="wrapper", value=f"{name}\n{int(evidence)}")
    if module.mentions(*ANSWERS_ORIGINS):
        yield module.fact_at(1, 0, "", kind="origins")


def conclude(facts: Sequence[Fact], project: Project) -> Iterator[Fact]:
    """Report what is around calls that lead to an adapter."""
    seen = dict(fact.value.split("\n") for fact in facts if fact.kind == "wrapper")
    known: dict[str, bool] = {}
    origins = any(fact.kind == "origins" for fact in facts)
    for fact in facts:
        callee, _, wrapper = fact.value.partition("\n")
        if fact.kind in {"wrapper", "origins"}:
            continue
        if callee not in known:
            known[callee] = any(name.removesuffix("()") in KINDS for name in project.names(callee))
        if known[callee]:
            does = next((seen[name] for name in project.names(wrapper) if name in seen), None) if wrapper else None
            if does != str(int(Evidence.NONE)):
                severity = fact.severity if does is None else _severity(Evidence(int(does)))
                if origins and OF_ORIGINS.search(fact.message):
                    severity = Severity.WARN  # the application says itself which origins may read its answers
                yield fact.saying(fact.message, severity=severity, hint=UNSURE if severity else "")


def _severity(evidence: Evidence) -> Severity | None:
    return Severity.WARN if evidence is Evidence.UNSURE else None


def _fact(module: Module, work: Work, function: str, callee: str) -> Fact:
    message = (
        f"`{function}` does this {work.when} the adapter, and requests no longer pass it: `{module.snippet(work.node)}`"
    )
    fact = module.fact(work.node, message, kind="work", value=callee)
    return replace(fact, severity=_severity(work.evidence))


def _wrapped(module: Module, node: ast.expr, held: str, said: str) -> Iterator[Fact]:
    """Note a wrapper, with its name: a module of the project may tell what it does."""
    target = node.func if isinstance(node, ast.Call) else node
    dotted = module.resolve(target, module.root)
    if getattr(target, "attr", "") not in POWERTOOLS and of_name(module, target):
        fact = module.fact(node, said, kind="wrapped", value=f"{held}\n{dotted}")
        yield fact if ACTS.search(dotted) or GATES.search(dotted) else replace(fact, severity=Severity.WARN)
