"""Several functions in one service: each keeps its own parts, and what comes goes to the function that it is for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from .asgi import Application, Receive, Scope, Send
from .deliveries.endpoint import EVENTS_PATH
from .environment import SettingsError
from .lifespan import Lifted as Started
from .lifespan import StartFailed
from .lifted import NoApplication
from .limits import let_threads_run
from .route_overlap import overlap
from .routes import routes
from .serves import Serves

if TYPE_CHECKING:
    from .service import Service


class Several:
    """Services of several functions behind one ASGI application, in one process.

    What the proxy signs says which function it is for. What comes directly goes by the base path, then by the routes.
    Two functions that would take the same request stop the start.

    Args:
        services: One for each function; the first one answers what nobody else takes.

    Raises:
        SettingsError: Two functions take the same request, or one does not say what it answers for.
    """

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = list(services)
        self._serves = [each.serves for each in self._services]
        self._states: list[dict[str, Any]] = [{} for _ in self._services]
        problems = list(_collisions(self._serves))
        if problems:
            raise SettingsError(problems)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the lifespan."""
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        number, path = await self._chosen(scope)
        scope = {**scope, "path": path, "raw_path": scope.get("raw_path") if path == scope["path"] else path.encode()}
        if "state" in scope:
            scope["state"] = dict(self._states[number])
        await self._services[number](scope, receive, send)

    def drain(self) -> None:
        """Say "not ready" and take no new messages, before the server stops listening."""
        for service in self._services:
            service.drain()

    async def _chosen(self, scope: Scope) -> tuple[int, str]:
        """Return which service a request is for, and the path that it is asked."""
        path = scope["path"]
        for keys, serves in enumerate(self._serves if scope["type"] == "http" else ()):
            function = await serves.signed_for(scope)
            if function:  # of a name that is not here, as in a copy of the account: the keys tell whose it is
                return next((n for n, each in enumerate(self._serves) if each.function == function), keys), path
        if path == EVENTS_PATH:
            headers = [(name.lower(), value) for name, value in scope["headers"]]
            for number, serves in enumerate(self._serves):
                if await serves.claims(headers):
                    return number, path
            return 0, path
        if path == self._serves[0].readiness_path:
            late = next((n for n, each in enumerate(self._services) if each.readiness.state != "ready"), 0)
            return late, self._serves[late].readiness_path
        return self._direct(scope), path

    def _direct(self, scope: Scope) -> int:
        """Return whose base path a request has, the longest first; else whose route; else who takes everything."""
        named = [(each.base_path.strip("/"), number) for number, each in enumerate(self._serves)]
        for prefix, number in sorted(named, reverse=True, key=lambda each: len(each[0])):
            if prefix and f"{scope['path']}/".startswith(f"/{prefix}/"):
                return number
        fallback = 0
        for number, serves in enumerate(self._serves):
            own = getattr(serves.app, "routes", None)
            if own is None and not isinstance(serves.app, NoApplication):
                fallback = number
            for route in own or []:
                if hasattr(route, "matches") and route.matches({**scope, "root_path": ""})[0].value:
                    return number
        return fallback

    async def _live(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        let_threads_run(sum(each.concurrency for each in self._services))
        running: list[Started] = []
        for number, service in enumerate(self._services):
            started = Started(service, {**scope, "state": self._states[number]}, required=True)
            try:
                await started.start()
            except StartFailed as failure:
                for each in reversed(running):
                    await each.stop()
                message = f"{self._serves[number].function}: {failure}"
                await send({"type": "lifespan.startup.failed", "message": message})
                return
            running.append(started)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.drain()
        for each in reversed(running):
            await each.stop()
        await send({"type": "lifespan.shutdown.complete"})


def _collisions(all_of_them: Sequence[Serves]) -> Iterator[str]:
    """Yield each route that two functions would take, with both names."""
    for one, other in combinations(all_of_them, 2):
        if one.function == other.function:
            yield f"function {one.function} is there twice"
        prefixes = {each.base_path.strip("/") for each in (one, other)}
        if len(prefixes) > 1 and "" not in prefixes:
            continue  # what comes with its own prefix is nobody else's
        if _takes_everything(one.app) and _takes_everything(other.app):
            yield f"{one.function} and {other.function} both take every path: give each a base path of its own"
        for method, path in _own_routes(one.app):
            for theirs, place in _own_routes(other.app):
                if method == theirs and overlap(path, place):
                    yield f"{method} {path} of {one.function} collides with {place} of {other.function}"


def _takes_everything(app: Application) -> bool:
    return not isinstance(app, NoApplication) and getattr(app, "routes", None) is None


def _own_routes(app: Any) -> list[tuple[str, str]]:
    """Return the application's routes, less the pages about itself that every application of FastAPI has."""
    pages = {getattr(app, name, None) for name in ("docs_url", "redoc_url", "openapi_url")}
    pages.add(getattr(app, "swagger_ui_oauth2_redirect_url", None))
    return [(method, path) for method, path in routes(app) if method != "HEAD" and path not in pages]
