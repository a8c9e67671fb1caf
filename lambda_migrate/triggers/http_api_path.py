"""Which path an HTTP API sends to the service: the one that its events carry.

An event's path begins with the stage's name unless the stage is ``$default``; API Gateway's ``$request.path`` comes
without ("Transform API requests and responses for HTTP APIs", API Gateway developer guide). The base path stays on: the
service takes it off what does not come through the proxy, as the proxy does for the rest.
"""

from __future__ import annotations

WHOLE = "$request.path"


def mapping(stages: list[str]) -> str | None:
    """Return the value of ``overwrite:path``.

    Args:
        stages: Names of the API's stages.

    Returns:
        The expression; None where no expression does it for every stage.
    """
    paths = {WHOLE if stage == "$default" else f"/{stage}${{request.path}}" for stage in stages or ["$default"]}
    return paths.pop() if len(paths) == 1 else None
