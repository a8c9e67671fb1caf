"""What a name says of the kind of an event: `is_http`, `handle_sqs_event`, `"aws:s3"`."""

from __future__ import annotations

import ast
import re

from lambda_migrate.analyzer.scopes import last_name

WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that say nothing of the kind.
FILLING = _words(
    """
    is are has looks look like an a the event events request requests message messages invocation invocations call calls
    from source type trigger triggered invoked payload lambda aws by for in of gateway api url function e v handle
    maybe only record
    """
)
OF_HTTP = frozenset({"http", "https", "rest", "apigateway", "apigw", "gw", "alb", "elb", "web", "asgi"})
OF_OTHERS = _words(
    """
    cron schedule scheduled scheduler sqs sns s bridge eventbridge dynamodb dynamo kinesis warm warmup warming warmer up
    ping stream streams websocket websockets admin command job jobs task tasks worker queue batch background internal
    migration migrations migrate step functions cloudwatch records notification ses cognito keepalive keep alive cron
    async direct ws pubsub kafka mq healthcheck detail
    """
)
# Two words that say HTTP together, though each by itself is in other names too.
PAIRS = ("api gateway", "function url", "gateway event", "api event", "api request", "api call", "api proxy", "is api")


def kind_said(test: ast.AST) -> str:
    """Return which events a test, or a value, means by its name, `requests` or `others`; "" where that says nothing."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return {"requests": "others", "others": "requests"}.get(kind_said(test.operand), "")
    if isinstance(test, ast.Constant):
        return kind_of(test.value) if isinstance(test.value, str) else ""
    if isinstance(test, ast.Call):
        return kind_of(last_name(test.func))
    return kind_of(last_name(test)) if isinstance(test, (ast.Name, ast.Attribute)) else ""


def kind_of(name: str) -> str:
    """Return which events a name means, where each of its words says so or says nothing."""
    words = [word.lower() for word in WORD.findall(name)]
    telling = [word for word in words if word not in FILLING and word != "proxy"]
    if not telling:
        spoken = " ".join(words)
        return "requests" if any(pair in spoken for pair in PAIRS) else ""
    if all(word in OF_HTTP for word in telling):
        return "requests"
    return "others" if all(word in OF_OTHERS for word in telling) else ""
