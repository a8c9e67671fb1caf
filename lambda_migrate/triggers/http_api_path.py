"""Which path an HTTP API sends to the service, so that the service sees the one that the proxy would send.

The proxy sends the event's path, which begins with the stage's name unless the stage is ``$default``, less the base
path. API Gateway's ``$request.path`` comes without the stage, and its mapping can put path variables together but cut
nothing off ("Transform API requests and responses for HTTP APIs", API Gateway developer guide).
"""

from __future__ import annotations

import re

WHOLE = "$request.path"
_VARIABLE = re.compile(r"\{([^}+]+)\+?\}")


def mapping(route_key: str, stages: list[str], base_path: str) -> str | None:
    """Return the value of ``overwrite:path`` for a route.

    Args:
        route_key: ``$default`` or ``GET /orders/{id}``.
        stages: Names of the API's stages.
        base_path: The prefix that the proxy strips from paths, or "".

    Returns:
        The expression; None where no expression does it for every stage.
    """
    base = f"/{base_path.strip('/')}" if base_path.strip("/") else ""
    found = {_for_stage(route_key, stage, base) for stage in stages or ["$default"]}
    return found.pop() if len(found) == 1 else None


def _for_stage(route_key: str, stage: str, base: str) -> str | None:
    prefix = "" if stage == "$default" else f"/{stage}"
    if base and base.startswith(prefix) and base[len(prefix) :][:1] in ("", "/"):
        return _stripped(route_key, base[len(prefix) :])
    if base and not prefix:
        return _stripped(route_key, base)
    return f"{prefix}${{request.path}}" if prefix else WHOLE


def _stripped(route_key: str, base: str) -> str | None:
    """Return the route's path less the base path, its variables as mapping expressions."""
    if not base:
        return WHOLE
    path = route_key.partition(" ")[2]
    fixed = path.partition("{")[0]
    if fixed.startswith(base):
        return _VARIABLE.sub(r"${request.path.\1}", path[len(base) :]) or "/"
    reaches = not path or ("{" in path and base.startswith(fixed))
    return None if reaches else WHOLE
