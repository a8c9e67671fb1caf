"""Finds the call of `Mangum`, the adapter between Lambda and an ASGI application.

## Why it breaks
It does not: this is where the migration learns which application is served, which prefix the adapter strips
(`api_gateway_base_path`), which content types it answers as text, which response headers it drops, and whether it ever
ran start-up code (`lifespan`). The proxy keeps these settings, so that callers notice nothing.

## Instead
Serve the application itself with an ASGI server. Leave the handler in place until the function is retired.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import adapter_calls, adapters
from lambda_migrate.analyzer.findings import Fact, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM001"
SEVERITY = Severity.INFO
HINT = "serve the application itself; the proxy keeps the settings of this call"

VALID = (
    "from fastapi import FastAPI\napp = FastAPI()\n",
    "class Mangum:\n    pass\nhandler = Mangum()\n",
)
INVALID = (
    "from fastapi import FastAPI\nfrom mangum import Mangum\napp = FastAPI()\nhandler = Mangum(app)\n",
    "import mangum as m\nfrom web import app\nhandler = m.Mangum(app, lifespan='off', api_gateway_base_path='/v1')\n",
    (
        "from mangum.adapter import Mangum as Adapter\nfrom web import make\ndef handler(event, context):\n"
        "    return Adapter(make())(event, context)\n"
    ),
)
KNOWN_MISSES = (
    # A subclass is not followed to its base.
    "import mangum\nclass Adapter(mangum.Mangum):\n    pass\nhandler = Adapter(object())\n",
)


def check(module: Module) -> Iterator[Fact]:
    """Report every call of Mangum with the settings that matter to the service."""
    made = {adapter.line: adapter for adapter in adapters(module)}
    for kind, call, _ in adapter_calls(module):
        if kind == "mangum":
            adapter = made[call.lineno]
            settings = f"lifespan={adapter.lifespan}, base path {adapter.api_gateway_base_path}"
            unresolved = f", known only at run time: {', '.join(adapter.unresolved)}" if adapter.unresolved else ""
            yield module.fact(call, f"Mangum serves `{adapter.application or '?'}` ({settings}{unresolved})")
