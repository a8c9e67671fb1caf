"""Finds reads of the identity that API Gateway established: by an authorizer, a signature or a client certificate.

## Why it breaks
`requestContext.authorizer` is filled by API Gateway after it checked a token; `identity` and `authentication` hold what
it learnt from an IAM signature, a Cognito identity or a client certificate. A service gets the token, not the result of
the check, and of a signature or certificate nothing. Without it the code answers 401 to everybody, or, worse, trusts
something the caller can write.

## Instead
Check the token in the service (issuer, audience, signature, expiry), before any caller reaches it directly.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.only_logged import is_only_logged
from lambda_migrate.analyzer.patterns import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM102"
SEVERITY = Severity.ERROR
HINT = "check the caller's token in the service itself"

VALID = ("authorizer = make()\nprint(authorizer.name)\n", "SETTINGS = {'authorizer': 'none'}\n")
INVALID = (
    "def user(event):\n    return event['requestContext']['authorizer']['claims']['sub']\n",
    "def user(event):\n    return event.get('requestContext', {}).get('authorizer', {}).get('jwt')\n",
    "def user(event):\n    return event['requestContext']['identity']['cognitoIdentityId']\n",
    "def certificate(event):\n    return event['requestContext']['authentication'].get('clientCert', {})\n",
    "def user(request_context):\n    return request_context.authorizer.claims\n",
)
KEYS = {
    "authorizer": "the identity comes from API Gateway's authorizer",
    "clientCert": "the client's certificate is checked and handed on by API Gateway",
    "cognitoAuthenticationProvider": "the identity comes from API Gateway, which checked a signature",
    "cognitoIdentityId": "the identity comes from API Gateway, which checked a signature",
    "userArn": "the identity comes from API Gateway, which checked a signature",
}
LOGGED = "the log is told who asked; let it be told by what checks the token in the service"
KNOWN_MISSES = ("KEY = 'authorizer'\ndef user(event):\n    return event['requestContext'][KEY]\n",)


def check(module: Module) -> Iterator[Fact]:
    """Report subscripts, `.get` calls and attributes that reach for the authorizer."""
    if not module.mentions(*(key.encode() for key in KEYS)):
        return
    for node, _ in module.of(ast.Subscript):
        if text_of(node.slice) in KEYS and isinstance(node.ctx, ast.Load):
            yield module.fact(node.slice, KEYS[text_of(node.slice)])
    for call, scope in module.calls("get", "pop", "setdefault"):
        if isinstance(call.func, ast.Attribute) and call.args and text_of(call.args[0]) in KEYS:
            fact = module.fact(call.args[0], KEYS[text_of(call.args[0])])
            logged = is_only_logged(call.args[0], scope)
            yield fact.saying(fact.message, severity=Severity.WARN, hint=LOGGED) if logged else fact
    if module.mentions(b"request_context", b"requestContext"):
        for attribute, _ in module.attributes("authorizer"):
            yield module.fact(attribute, KEYS["authorizer"])
