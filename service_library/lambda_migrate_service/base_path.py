"""Keeps the paths working that had API Gateway's base path or stage in front."""

from __future__ import annotations

from .asgi import Application, Receive, Scope, Send


class BasePath:
    """Takes the old prefix off requests that come straight to the service; paths without it work as well.

    Args:
        app: What comes next.
        prefix: For example `/api`; empty if there was none.
    """

    def __init__(self, app: Application, prefix: str) -> None:
        self._app = app
        self.prefix = "/" + prefix.strip("/") if prefix.strip("/") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        prefix = self.prefix
        if prefix and scope["type"] in ("http", "websocket") and f"{scope['path']}/".startswith(f"{prefix}/"):
            scope = {**scope, "path": scope["path"][len(prefix) :] or "/"}
            raw = scope.get("raw_path")
            if raw is not None:
                scope["raw_path"] = raw[len(prefix) :] or b"/" if raw.startswith(prefix.encode()) else raw
        await self._app(scope, receive, send)
