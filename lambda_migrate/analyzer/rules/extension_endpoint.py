"""Finds addresses of Lambda extensions on localhost.

## Why it breaks
The Parameters and Secrets extension answers on port 2773 and AppConfig's on 2772, inside the Lambda sandbox. On a
service nothing listens there, so the first read of a secret or flag is refused.

## Instead
Call Secrets Manager, Parameter Store or AppConfig through boto3 with a cache, or run the agent beside the service.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import matching_strings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM501"
SEVERITY = Severity.ERROR
HINT = "call the service through boto3 with a cache, or run the agent beside the service"

VALID = ("URL = 'http://localhost:8000'\n", "PATH = '/secretsmanager/list'\n")
INVALID = (
    "URL = 'http://localhost:2773/secretsmanager/get?secretId=db'\n",
    "def url(name):\n    return f'http://127.0.0.1:2772/applications/{name}'\n",
    "PATH = '/systemsmanager/parameters/get?name=x'\n",
    "HEADERS = {'X-Aws-Parameters-Secrets-Token': 'x'}\n",
    "import os\nPORT = os.getenv('PARAMETERS_SECRETS_EXTENSION_HTTP_PORT', '2773')\n",
)
KNOWN_MISSES = ("PORT = 2773\ndef url(path):\n    return f'http://localhost:{PORT}{path}'\n",)
ENDPOINT = re.compile(
    r"(localhost|127\.0\.0\.1):277[23]\b|/secretsmanager/get\?|/systemsmanager/parameters/get\b"
    r"|^X-Aws-Parameters-Secrets-Token$|^PARAMETERS_SECRETS_EXTENSION_",
    re.IGNORECASE,
)
WORDS = (b"277", b"/secretsmanager/", b"/systemsmanager/", b"arameters-", b"ARAMETERS_SECRETS", b"arameters-secrets")


def check(module: Module) -> Iterator[Fact]:
    """Report the addresses, paths and the header of the extensions."""
    for node, _, match in matching_strings(module, ENDPOINT, *WORDS):
        yield module.fact(node, f"`{match[0]}` belongs to a Lambda extension, which does not run on a service")
