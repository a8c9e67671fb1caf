"""Finds AWS credentials that are read from the environment, or taken as fixed values and kept.

## Why it breaks
Lambda puts temporary credentials of the function's role into `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and
`AWS_SESSION_TOKEN`, and replaces the process before they expire. A container or an instance has no such variables: its
credentials come from an endpoint and change every few hours. So reading the variables fails at start, and values taken
once, for a request signer or by `assume_role`, are refused with `ExpiredToken` some hours after each deployment.
A variable that may be missing (`os.getenv`) is a warning: without it boto3 finds the credentials.

## Instead
Let boto3 find the credentials. Give libraries the credentials object, which refreshes itself, instead of its values,
and take what is needed for a signature from `get_frozen_credentials()` for each request.

## Evidence
The variables are set by the runtime: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html. The
signer for OpenSearch is often written with `credentials.access_key` and its siblings at module level.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import (
    kept_globally,
    kept_results,
    keyword,
    outlives_requests,
    settings_fields,
    strings_read,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM205"
SEVERITY = Severity.ERROR
HINT = "let boto3 find and refresh the credentials, and hand on the object instead of its values"

VALID = (
    "import boto3\ncredentials = boto3.Session().get_credentials()\n",
    (
        "import boto3\ncredentials = boto3.Session().get_credentials()\ndef sign(request):\n"
        "    frozen = credentials.get_frozen_credentials()\n    return frozen.access_key, request\n"
    ),
    "import os\nos.environ.setdefault('AWS_ACCESS_KEY_ID', 'testing')\n",
    "from shop import vault\nkey = vault.token\n",
)
INVALID = (
    "import os\nKEY = os.environ['AWS_ACCESS_KEY_ID']\n",
    "from pydantic_settings import BaseSettings\nclass Settings(BaseSettings):\n    aws_secret_access_key: str\n",
    "import os\ndef token():\n    return os.getenv('AWS_SESSION_TOKEN')\n",
    (
        "import boto3\nfrom requests_aws4auth import AWS4Auth\ncredentials = boto3.Session().get_credentials()\n"
        "auth = AWS4Auth(credentials.access_key, credentials.secret_key, 'eu-west-1', 'es')\n"
    ),
    "import boto3\nfrozen = boto3.Session().get_credentials().get_frozen_credentials()\n",
    (
        "import boto3\nfrom functools import lru_cache\n@lru_cache\ndef role():\n"
        "    return boto3.client('sts').assume_role(RoleArn='x', RoleSessionName='y')['Credentials']\n"
    ),
)
KNOWN_MISSES = ("from signing import values_of\nfrom aws import credentials\nAUTH = values_of(credentials)\n",)
LEFT_OUT = "leave them out: boto3 finds a role's credentials by itself"
VARIABLE = re.compile(r"^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN)$")
WORDS = (b"AWS_ACCESS_KEY_ID", b"AWS_SECRET_ACCESS_KEY", b"AWS_SESSION_TOKEN", b"AWS_SECURITY_TOKEN")
VALUES = ("access_key", "secret_key", "token")
TAKERS = ("get_frozen_credentials", "assume_role", "assume_role_with_web_identity", "get_session_token")


def check(module: Module) -> Iterator[Fact]:
    """Report the variables, values of credentials that are kept, and temporary credentials that are kept."""
    read = [(node, match[0]) for node, _, match in strings_read(module, VARIABLE, *WORDS)]
    asked = set(_without_harm(module)) if read else set()
    listed = set(_listed(module)) if read else set()
    defaulted = {each.target for each, _ in module.of(ast.AnnAssign) if each.value is not None}
    for node, name in (*read, *settings_fields(module, VARIABLE)):
        fact = module.fact(node, f"nothing sets `{name}` on a service; a role's credentials come another way")
        if node in asked or node in listed or node in defaulted:
            yield fact.saying(fact.message, severity=Severity.WARN, hint=LEFT_OUT)
        else:
            yield fact
    if module.mentions(b"get_credentials"):
        kept = kept_globally(module)
        for attribute, scope in module.attributes(*VALUES):
            taken = outlives_requests(module, attribute, scope, kept)
            if taken and module.resolve(attribute.value, scope).endswith(".get_credentials()"):
                fact = module.fact(attribute, f"`{module.snippet(attribute)}` is kept, and expires within hours")
                yield fact.saying(fact.message, severity=Severity.WARN) if _has_its_own_keys(module) else fact
    if module.mentions(b"get_frozen_credentials", b"assume_role", b"get_session_token"):
        for call, _ in kept_results(module, module.calls(*TAKERS)):
            yield module.fact(call, f"`{module.snippet(call.func)}` is called once, and what it returns expires")


def _has_its_own_keys(module: Module) -> bool:
    """Return whether sessions are given keys, which may be ones that do not expire."""
    return any(keyword(call, "aws_access_key_id") is not None for call, _ in module.calls("Session"))


def _listed(module: Module) -> Iterator[ast.expr]:
    """Yield the names of variables that stand in a list or a test: a look at what is set, with another way without."""
    for values in module.root.assigned.values():
        yield from (part for value, _ in values for part in _parts(value))
    for statement, _ in module.of(ast.Assign):
        yield from _parts(statement.value)
    for loop, _ in module.of(ast.For):
        yield from _parts(loop.iter)
    tests = [*(each.test for each, _ in module.of(ast.If)), *(each.test for each, _ in module.of(ast.IfExp))]
    for test in tests:
        yield from (part for part in ast.walk(test) if isinstance(part, ast.Constant))


def _parts(value: ast.AST | None) -> list[ast.expr]:
    return value.elts if isinstance(value, (ast.List, ast.Tuple, ast.Set)) else []


def _without_harm(module: Module) -> Iterator[ast.expr]:
    """Yield the variables that are asked for, and may be missing: without them boto3 finds credentials by itself."""
    for call, _ in module.calls("getenv", "get"):
        yield from call.args[:1]
