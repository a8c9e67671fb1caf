"""`/healthz`: the process lives. `/readyz`: it takes requests."""

from __future__ import annotations

from .asgi import FROM_CLIENT, Application, Receive, Scope, Send, answer


class Readiness:
    """Whether requests may come: after start-up, and until the service is told to stop."""

    def __init__(self) -> None:
        self.started = False
        self.draining = False

    @property
    def state(self) -> str:
        """`starting`, `ready` or `draining`."""
        if self.draining:
            return "draining"
        return "ready" if self.started else "starting"


class Health:
    """Answers the two paths and passes everything else on.

    Args:
        app: What comes next.
        readiness: What `readiness_path` tells.
        health_path: Answers 200 for as long as there is somebody to answer.
        readiness_path: Answers 200 while the service is ready, 503 otherwise.
    """

    def __init__(
        self, app: Application, readiness: Readiness, *, health_path: str = "/healthz", readiness_path: str = "/readyz"
    ) -> None:
        self._app = app
        self._readiness = readiness
        self._health_path = health_path
        self._readiness_path = readiness_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        # what a client of the API asks for is the application's, also where it has no such path
        asked = scope["type"] == "http" and scope["method"] in ("GET", "HEAD") and not scope.get(FROM_CLIENT)
        if asked and scope["path"] == self._health_path:
            await answer(send, 200, {"status": "alive"})
        elif asked and scope["path"] == self._readiness_path:
            state = self._readiness.state
            await answer(send, 200 if state == "ready" else 503, {"status": state})
        else:
            await self._app(scope, receive, send)
