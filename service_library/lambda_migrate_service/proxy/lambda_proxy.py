"""Both ways in that the proxy uses, over one set of keys and one memory of what has come already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..asgi import Application
from ..context import Function
from ..deliveries import replay
from ..environment import Environment
from .events import ProxyEvents
from .middleware import Consumer, ProxyMiddleware, SignatureMiddleware
from .signature import WINDOW, SignatureVerifier
from .signing_keys import SigningKeys


class LambdaProxy:
    """What the service needs of the proxy inside the Lambda function, in one piece.

    Args:
        verifier: Checks signatures.
        replays: The requests that have come already.
        function: The function that was lifted.
    """

    def __init__(self, verifier: SignatureVerifier, replays: replay.ReplayStore, function: Function) -> None:
        self._verifier = verifier
        self._replays = replays
        self._function = function
        self.events = ProxyEvents(verifier, replays, function)

    @classmethod
    def read(cls, environment: Environment, function: Function, memory: Path) -> LambdaProxy:
        """Read the keys.

        Args:
            environment: Has them, or says where they are.
            function: The function that was lifted.
            memory: A private folder.
        """
        replays = replay.store(environment, f"{function.name}/proxy", memory / "proxy", WINDOW)
        return cls(SignatureVerifier(SigningKeys.read(environment)), replays, function)

    def signatures(self, app: Application) -> SignatureMiddleware:
        """Return what checks signatures, in front of health checks and limits.

        Args:
            app: What comes next.
        """
        return SignatureMiddleware(app, self._verifier)

    def middleware(
        self, app: Application, direct: Application, version: str, consumers: Sequence[Consumer]
    ) -> ProxyMiddleware:
        """Return the middleware in front of the application.

        Args:
            app: The application, for requests of the proxy.
            direct: The application as everybody else reaches it.
            version: Version of the service.
            consumers: What else the probe tells about.
        """
        return ProxyMiddleware(
            app,
            direct,
            verifier=self._verifier,
            replays=self._replays,
            function=self._function,
            version=version,
            consumers=consumers,
        )
