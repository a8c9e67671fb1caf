"""Finds a WSGI application behind apig-wsgi, serverless-wsgi or awsgi.

## Why it breaks
Flask and other WSGI applications are served by another kind of server than FastAPI. The adapters also put the Lambda
event into the WSGI environment (`apig_wsgi.request_context`, `serverless.event`, `awsgi.event`), where nothing puts it
on a server, and they decide what is answered in base64.

## Instead
Serve the application with a WSGI server, or through an ASGI wrapper such as `a2wsgi`. Read the caller from the request.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.adapters import adapter_calls
from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import matching_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM011"
SEVERITY = Severity.WARN
HINT = "serve the application with a WSGI server or through an ASGI wrapper, and read nothing from the adapter"

VALID = ("from flask import Flask\napp = Flask(__name__)\n",)
INVALID = (
    "from apig_wsgi import make_lambda_handler\nfrom web import app\nhandler = make_lambda_handler(app)\n",
    (
        "import serverless_wsgi\nfrom web import app\ndef handler(event, context):\n"
        "    return serverless_wsgi.handle_request(app, event, context)\n"
    ),
    "import awsgi\nfrom web import app\ndef handler(event, context):\n    return awsgi.response(app, event, context)\n",
    "def user(request):\n    return request.environ['serverless.authorizer']\n",
)
KNOWN_MISSES = (
    # A plugin of the deployment tool makes the handler; it is told from `.serverless-wsgi`, not from the code.
    "from flask import Flask\napp = Flask(__name__)\n",
)
ENVIRONMENT = re.compile(r"^(apig_wsgi\.(request_context|context|full_event)|(serverless|awsgi)\.\w+)$")


def check(module: Module) -> Iterator[Fact]:
    """Report WSGI adapters, and reads of what they put into the WSGI environment."""
    for kind, call, _ in adapter_calls(module):
        if kind != "mangum":
            yield module.fact(call, f"`{kind}` serves a WSGI application")
    for node, _, match in matching_strings(module, ENVIRONMENT, b"apig_wsgi.", b"serverless.", b"awsgi."):
        yield module.fact(node, f"`{match[0]}` is only in the WSGI environment of a Lambda adapter")
