"""Both ways in that the proxy uses, over one set of keys and one memory of what has come already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..asgi import Application
from ..context import Function
from ..deliveries.replay import Replays
from ..environment import Environment
from .door import Consumer, Door
from .keys import Keys
from .proxy import Proxy
from .signature import WINDOW, Verifier


class Wire:
    """The service's end of the wire.

    Args:
        verifier: Checks signatures.
        replays: The requests that have come already.
        function: The function that was lifted.
    """

    def __init__(self, verifier: Verifier, replays: Replays, function: Function) -> None:
        self._verifier = verifier
        self._replays = replays
        self._function = function
        self.sender = Proxy(verifier, replays, function)

    @classmethod
    def read(cls, environment: Environment, function: Function, memory: Path) -> Wire:
        """Read the keys.

        Args:
            environment: Has them, or says where they are.
            function: The function that was lifted.
            memory: A private folder.
        """
        return cls(Verifier(Keys.read(environment)), Replays(memory / "proxy", WINDOW), function)

    def door(self, app: Application, direct: Application, version: str, consumers: Sequence[Consumer]) -> Door:
        """Return the door in front of the application.

        Args:
            app: The application, for requests of the proxy.
            direct: The application as everybody else reaches it.
            version: Version of the service.
            consumers: What else the probe tells about.
        """
        return Door(
            app,
            direct,
            verifier=self._verifier,
            replays=self._replays,
            function=self._function,
            version=version,
            consumers=consumers,
        )
