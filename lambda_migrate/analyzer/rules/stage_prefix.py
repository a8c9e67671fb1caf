"""Finds paths that carry a stage or base path: `api_gateway_base_path`, `root_path`.

## Why it breaks
API Gateway puts the stage or a mapped base path before the application's own paths, and these settings take it away
again or add it to links. Off API Gateway nothing adds it, so routes, redirects and the address of the OpenAPI document
change. Assigning `app.root_path` while a request is served changes it for all requests that run at that moment.

## Instead
Keep the public paths: let the proxy strip the prefix, or mount the application below it, and set `root_path` once, from
the service's own configuration.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import FRAMEWORKS, adapter_calls, adapters
from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import keyword, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM004"
SEVERITY = Severity.WARN
HINT = (
    "keep the public paths: strip the prefix in the proxy or mount the application below it, and set `root_path` once"
)

VALID = (
    "from fastapi import FastAPI\napp = FastAPI(title='x', root_path='')\nprint(app.root_path)\n",
    "from mangum import Mangum\nfrom web import app\nhandler = Mangum(app, api_gateway_base_path='/')\n",
)
INVALID = (
    "from fastapi import FastAPI\napp = FastAPI(root_path='/prod')\n",
    "from mangum import Mangum\nfrom web import app\nhandler = Mangum(app, api_gateway_base_path='/v1')\n",
    (
        "import os\nfrom mangum import Mangum\nfrom web import app\n"
        "handler = Mangum(app, api_gateway_base_path=os.environ['STAGE'])\n"
    ),
    "from web import app\ndef prefix(request):\n    app.root_path = request.headers['x-stage']\n",
    "def prefix(request):\n    request.scope['root_path'] = '/prod'\n",
)
KNOWN_MISSES = (
    # The prefix is written into the routes.
    "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/prod/orders')\ndef orders(): ...\n",
)


def check(module: Module) -> Iterator[Fact]:
    """Report prefixes given to the adapter or the application, and assignments to `root_path`."""
    yield from _stripped(module)
    if module.mentions(b"root_path", b"openapi_prefix"):
        yield from _told(module)


def _stripped(module: Module) -> Iterator[Fact]:
    for adapter, (_, call, _) in zip(adapters(module), adapter_calls(module), strict=True):
        unknown = any(item.startswith("api_gateway_base_path=") for item in adapter.unresolved)
        if unknown or adapter.api_gateway_base_path != "/":
            prefix = "a prefix known only at run time" if unknown else f"`{adapter.api_gateway_base_path}`"
            yield module.fact(call, f"the adapter strips {prefix} from every path")


def _told(module: Module) -> Iterator[Fact]:
    for call, scope in module.calls("FastAPI"):
        for name in ("root_path", "openapi_prefix"):
            given = keyword(call, name)
            told = given is not None and module.literal(given, scope) not in ("", None)
            if given is not None and told and module.resolved(call, scope) in FRAMEWORKS:
                yield module.fact(given, f"the application is told a prefix: `{name}={module.snippet(given)}`")
    for attribute, _ in module.attributes("root_path"):
        if isinstance(attribute.ctx, ast.Store):
            yield module.fact(attribute, "assigns `root_path` of an object that all requests share")
    for subscript, _ in module.of(ast.Subscript):
        if isinstance(subscript.ctx, ast.Store) and text_of(subscript.slice) == "root_path":
            yield module.fact(subscript, "assigns `root_path` of a request")
