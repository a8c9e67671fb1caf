"""Proves that proxy and service take the same base path off, and that what is left is a path of the application.

The service tells the proxy's probe which base path it takes off and which paths its application has. For each prefix
that a front door has, one of those paths is asked for, with `OPTIONS`: a router answers 404 to a path that it does not
know and 405 to one that it knows, and runs nothing.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import AwsError
from lambda_migrate.function.documents import variables
from lambda_migrate.http import HttpError
from lambda_migrate.proxy.runtime.settings import PREFIX
from lambda_migrate.triggers import http_api
from lambda_migrate.verify.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.config import Migration
    from lambda_migrate.http import Client
    from lambda_migrate.triggers.base import Settings, Trigger
    from lambda_migrate.verify.probe import Probe

NAME = "base path"
NOT_FOUND = 404
METHOD = "OPTIONS"
_GREEDY = re.compile(r"^\S+ (.*)/\{\w+\+\}$")


def prefixes(triggers: Iterable[Trigger[Settings]]) -> dict[str, str]:
    """Return what the routes of HTTP APIs have in front of every path, each with the key of a route that has it."""
    keys = (
        route.key
        for trigger in triggers
        if trigger.kind == http_api.KIND and isinstance(trigger.settings, http_api.Settings)
        for route in trigger.settings.routes
    )
    matches = (match for key in keys if (match := _GREEDY.match(key)))
    return {match[1]: match[0] for match in matches}


def check(
    aws: Aws, config: Migration, client: Client, probed: Probe, triggers: Sequence[Trigger[Settings]]
) -> Check | None:
    """Check the base path in the version, in the service, and on the way through both.

    Args:
        aws: The session.
        config: Says `proxy.base_path`.
        client: Reaches the service from here, if anything does.
        probed: What the proxy version's probe was answered.
        triggers: The function's.

    Returns:
        The check; None where no base path is anywhere, and the service does not tell.
    """
    wanted, doors = _normal(config.proxy.base_path), prefixes(triggers)
    told = probed.service.get("base_path")
    if told is None:
        hint = "run `lambda-migrate init` for a newer service library, then deploy the service"
        text = "the service does not tell which base path it takes off"
        return Check(NAME, "warn", text, hint) if wanted or any(doors) else None
    in_version = _normal(_version_settings(aws, config, probed).get(f"{PREFIX}BASE_PATH"))
    for where, has, what in (
        ("the service", _normal(told), "service deploy"),
        (f"proxy version {probed.version}", in_version, "proxy deploy"),
    ):
        if has != wanted:
            text = f"{where} takes off {_quoted(has)}, and `proxy.base_path` is {_quoted(wanted)}"
            return Check(NAME, "fail", text, f"`lambda-migrate {what}` brings it there")
    paths = [str(each) for each in probed.service.get("paths") or []]
    asked = list(_asked(wanted, doors, paths)) if paths else []
    problem = next((each for each in asked if each.startswith("!")), "")
    hint = "set `proxy.base_path` to what the front door has in front of the application's paths, then deploy both"
    if problem:
        return Check(NAME, "fail", problem[1:], hint)
    for path in asked:
        for way, status in _statuses(aws, config, client, probed, path):
            if status == NOT_FOUND:
                return Check(NAME, "fail", f"`{path}` {way} is answered 404, and the application has that path", hint)
    proven = f"{', '.join(f'`{path}`' for path in asked)} reaches the application" if asked else "no path to ask for"
    return Check(NAME, "pass", f"{_quoted(wanted)} in both halves; {proven}")


def _asked(wanted: str, doors: dict[str, str], paths: Sequence[str]) -> Iterator[str]:
    """Yield a path for each prefix, as callers write it; behind ``!`` a sentence if there is none."""
    for prefix, route in sorted({wanted: "", **doors}.items()):
        taken = wanted if f"{prefix}/".startswith(f"{wanted}/") else ""
        rest = prefix[len(taken) :]
        own = next((path for path in paths if f"{path}/".startswith(f"{rest}/")), None)
        if own is None:
            less = f", with `{wanted}` taken off" if taken else ""
            yield f"!route `{route}` leads to paths that the application does not have{less}"
        else:
            yield taken + own


def _statuses(
    aws: Aws, config: Migration, client: Client, probed: Probe, path: str
) -> Iterator[tuple[str, int | None]]:
    """Yield what a path is answered through the proxy version, if that passes requests on, and without it."""
    if probed.events in ("api", "all"):
        yield f"through proxy version {probed.version}", _through(aws, config, probed.version, path)
    try:
        yield "without the proxy", client.send(METHOD, f"{config.service.url}{path}").status_code
    except HttpError:
        return  # only Lambda reaches it


def _through(aws: Aws, config: Migration, version: str, path: str) -> int | None:
    event = json.dumps(_event(path)).encode()
    try:
        answer = aws.call("lambda", "invoke", FunctionName=config.function, Qualifier=version, Payload=event)
        said = json.loads(answer["Payload"].read())
    except (AwsError, ValueError):
        return None
    return said.get("statusCode") if isinstance(said, dict) else None


def _version_settings(aws: Aws, config: Migration, probed: Probe) -> dict[str, str]:
    named = {"FunctionName": config.function, "Qualifier": probed.version}
    return variables(aws.call("lambda", "get_function_configuration", **named))


def _event(path: str) -> dict[str, Any]:
    """Return the event that an HTTP API (payload 2.0) makes of an `OPTIONS` request."""
    http = {"method": METHOD, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "verify"}
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"user-agent": "lambda-migrate verify"},
        "requestContext": {"http": http, "stage": "$default", "requestId": "lambda-migrate-verify"},
        "isBase64Encoded": False,
    }


def _normal(value: object) -> str:
    text = str(value or "").strip("/")
    return f"/{text}" if text else ""


def _quoted(path: str) -> str:
    return f"`{path}`" if path else "no base path"
