"""How the service runs. Every setting is an environment variable with a default; a wrong one stops the start."""

from __future__ import annotations

from dataclasses import dataclass

from .context import Function
from .environment import Environment


@dataclass(frozen=True)
class Settings:
    """The service's settings.

    Attributes:
        host: `HOST`, the address to listen on.
        port: `PORT`.
        workers: `WEB_CONCURRENCY`, processes.
        concurrency: `SERVICE_CONCURRENCY`, requests that may run at once in each process.
        timeout: `SERVICE_TIMEOUT`, seconds that a request may take.
        drain: `SERVICE_DRAIN_SECONDS`, between "not ready" and the end of listening: as long as the load balancer
            needs to notice.
        graceful: `SERVICE_GRACEFUL_SECONDS` that running requests get to finish.
        keepalive: `SERVICE_KEEPALIVE_SECONDS` that idle connections stay open; more than the load balancer's own.
        lifespan: `SERVICE_LIFESPAN`, whether the application's start-up code runs: `on`, `off` or `auto`.
        base_path: `SERVICE_BASE_PATH`, a prefix that old callers still use.
        log_level: `SERVICE_LOG_LEVEL`.
        version: `SERVICE_VERSION`, told by the probe.
    """

    host: str
    port: int
    workers: int
    concurrency: int
    timeout: float
    drain: float
    graceful: float
    keepalive: int
    lifespan: str
    base_path: str
    log_level: str
    version: str

    @classmethod
    def read(
        cls,
        environment: Environment,
        function: Function,
        *,
        concurrency: int,
        lifespan: str = "auto",
        base_path: str = "",
    ) -> Settings:
        """Read all of them; what is wrong is remembered by the environment.

        Args:
            environment: Has the variables.
            function: The function that was lifted: requests get its time-out by default.
            concurrency: The default of `SERVICE_CONCURRENCY`.
            lifespan: The default of `SERVICE_LIFESPAN`.
            base_path: The default of `SERVICE_BASE_PATH`.
        """
        timeout = environment.number("SERVICE_TIMEOUT", function.timeout, least=0.001)
        levels = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
        return cls(
            host=environment.text("HOST", "127.0.0.1"),
            port=environment.whole("PORT", 8000, most=65535),
            workers=environment.whole("WEB_CONCURRENCY", 1),
            concurrency=environment.whole("SERVICE_CONCURRENCY", concurrency),
            timeout=timeout,
            drain=environment.number("SERVICE_DRAIN_SECONDS", 0),
            graceful=environment.number("SERVICE_GRACEFUL_SECONDS", min(timeout + 1, 110)),
            keepalive=environment.whole("SERVICE_KEEPALIVE_SECONDS", 75),
            lifespan=environment.choice("SERVICE_LIFESPAN", lifespan, ("on", "off", "auto")),
            base_path=environment.text("SERVICE_BASE_PATH", base_path),
            log_level=environment.choice("SERVICE_LOG_LEVEL", "INFO", levels),
            version=environment.text("SERVICE_VERSION", "unreleased"),
        )
