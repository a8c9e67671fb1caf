"""Finds reads of headers that only a gateway in front of the function may write.

## Why it breaks
Integration mappings and authorizers of API Gateway put identities into headers such as `x-apigateway-user-id`, and the
web adapter puts the event into `x-amzn-request-context`; a load balancer that logs users in writes `x-amzn-oidc-data`,
one that checks client certificates `x-amzn-mtls-clientcert`.
Behind them a client's own header of that name is overwritten; on a service nothing overwrites it, so anybody can be
anybody. Where the code checks the signature of `x-amzn-oidc-data`, it is a warning.

## Instead
Take the identity from a token that the service checks. If another proxy sets the header, make it drop the client's.

## Evidence
A public repository builds the whole identity from `x-apigateway-user-id` and its siblings when the event is missing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.patterns import said, strings_read
from lambda_migrate.analyzer.scopes import parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM104"
SEVERITY = Severity.ERROR
HINT = "take the identity from a token that the service checks; any client can write this header"

VALID = (
    "def ask(client, who):\n    return client.get('/', headers={'x-authorizer-sub': who})\n",
    "def trace(request):\n    return request.headers.get('x-amzn-trace-id')\n",
)
INVALID = (
    "def user(request):\n    return request.headers.get('x-apigateway-user-id')\n",
    "from fastapi import Header\ndef user(who: str = Header(alias='X-Authorizer-Sub')):\n    return who\n",
    "def event(request):\n    return request.headers['x-amzn-request-context']\n",
    "from fastapi import Header\ndef user(x_apigateway_user_id: str = Header()):\n    return 1\n",
    (
        "from typing import Annotated\nfrom fastapi import Header\n"
        "def user(x_amzn_oidc_identity: Annotated[str, Header()]):\n    return 1\n"
    ),
)
KNOWN_MISSES = ("def user(request):\n    return request.headers['x-' + 'apigateway-user-id']\n",)
HEADER = re.compile(
    r"^x-(apigateway-(?!api-id$)[\w-]+|authorizer-[\w-]+|amzn-(request|lambda)-context"
    r"|amzn-oidc-(data|identity|accesstoken)|amzn-mtls-clientcert[\w-]*)$",
    re.IGNORECASE,
)
# A load balancer signs these, so that code which checks the signature believes nobody else.
SIGNED = re.compile(r"oidc-(data|accesstoken)$", re.IGNORECASE)
VERIFIES = (b"public-keys.auth.elb", b"jwt.decode(", b"jwt.get_unverified_header(", b"jws.verify(")
PARAMETERS = (b"x_apigateway_", b"x_authorizer_", b"x_amzn_")
WORDS = (b"pigateway-", b"PIGATEWAY-", b"PIGateway-", b"uthorizer-", b"UTHORIZER-", b"mzn-", b"MZN-")


def check(module: Module) -> Iterator[Fact]:
    """Report the names of such headers."""
    only_said: set[int] | None = None
    for node, _, match in strings_read(module, HEADER, *WORDS):
        if only_said is None:
            only_said = said(module)
        fact = module.fact(node, _says(match[0]))
        checked = SIGNED.search(match[0]) is not None and module.mentions(*VERIFIES)
        yield fact.saying(fact.message, severity=Severity.WARN) if id(node) in only_said or checked else fact
    if module.mentions(*PARAMETERS) and module.calls("Header"):
        for function, _ in module.functions():
            for parameter in parameters(function.args):
                # FastAPI reads the header of a parameter's name, with hyphens.
                if HEADER.match(parameter.arg.replace("_", "-")):
                    yield module.fact(parameter, _says(parameter.arg.replace("_", "-")))


def _says(header: str) -> str:
    return f"header `{header}` is trustworthy only behind the gateway that writes it"
