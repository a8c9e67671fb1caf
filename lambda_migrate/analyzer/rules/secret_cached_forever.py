"""Finds secrets and parameters that are read once and kept for the life of the process.

## Why it breaks
Lambda replaces its processes within hours, so a rotated secret arrived by itself. A service keeps a process for weeks,
and with it the old password: after the rotation every new connection is refused until somebody restarts it.

## Instead
Read secrets with a time to live (the Secrets Manager caching library, or the parameters of Powertools with `max_age`),
and read again when a login is refused.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import kept_results

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module
    from lambda_migrate.analyzer.scopes import Scope

CODE = "LM306"
SEVERITY = Severity.WARN
HINT = "give it a time to live, and read it again when a login is refused"

VALID = (
    (
        "import time\nfrom aws import vault\nkept = {}\ndef current():\n"
        "    if kept.get('until', 0) < time.time():\n"
        "        kept['answer'] = vault.get_secret_value(SecretId='db')\n        kept['until'] = time.time() + 300\n"
        "    return kept['answer']\n"
    ),
    "def password(client):\n    return client.get_secret_value(SecretId='db')\n",
    "def get_parameter(name):\n    return name\nVALUE = get_parameter('x')\n",
)
INVALID = (
    "import boto3\nSECRET = boto3.client('secretsmanager').get_secret_value(SecretId='db')['SecretString']\n",
    (
        "from functools import lru_cache\n@lru_cache(maxsize=1)\ndef password(client):\n"
        "    return client.get_secret_value(SecretId='db')\n"
    ),
    (
        "import boto3\nssm = boto3.client('ssm')\nurl = None\ndef load():\n    global url\n"
        "    url = ssm.get_parameter(Name='url')\n"
    ),
    "import boto3\ndef load(name):\n    return boto3.client('ssm').get_parameter(Name=name)\nURL = load('url')\n",
    "from aws_lambda_powertools.utilities import parameters\nURL = parameters.get_parameter('/url')\n",
)
KNOWN_MISSES = ("from secret_store import load\nURL = load('url')\n",)
READS = (
    "get_secret_value",
    "get_secret",
    "get_parameter",
    "get_parameters",
    "get_parameters_by_path",
    "get_parameters_by_name",
)


def check(module: Module) -> Iterator[Fact]:
    """Report reads at import, in cached functions, into globals, and in functions called in one of these ways."""
    if not module.mentions(b"get_secret", b"get_parameter"):
        return
    reads = (
        (call, scope)
        for call, scope in module.calls(*READS)
        if isinstance(call.func, ast.Attribute) or _is_powertools(module, call, scope)
    )
    for call, direct in kept_results(module, reads):
        if direct:
            yield module.fact(call, f"`{module.snippet(call.func)}` is read once and kept for the life of the process")
        else:
            yield module.fact(call, f"`{module.snippet(call)}` reads a secret or parameter once and keeps it")


def _is_powertools(module: Module, call: ast.Call, scope: Scope) -> bool:
    return module.resolved(call, scope).startswith("aws_lambda_powertools.")
