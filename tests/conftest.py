"""What holds for every test: fake credentials, no network beyond this machine, and no benchmarks unless asked for."""

from __future__ import annotations

import ipaddress
import os
import signal
import sys
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    import pytest

pytest_plugins = [
    "tests.support.botocore_kept",
    "tests.support.collector",
    "tests.support.disk",
    "tests.support.fast",
    "tests.support.order",
    "tests.support.rewritten",
    "tests.support.embedded_aws",
    "tests.support.crash_points",
    "tests.support.forked",
    "tests.support.chaos",
    "tests.support.trigger_kinds",
]

AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "PIP_NO_INDEX": "1",  # no index is asked, whatever a test lets pip do
}
REMOVED = ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL", "NO_COLOR", "FORCE_COLOR", "CI")


settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
"""A machine that is busy is not a fault of what is tested."""


def pytest_configure(config: pytest.Config) -> None:
    os.environ.update(AWS)
    for name in [name for name in os.environ if name in REMOVED or name.startswith("LAMBDA_MIGRATE_")]:
        del os.environ[name]
    _heed_signals()
    sys.addaudithook(_refuse_network)


def _heed_signals() -> None:
    """Let processes that tests start heed Ctrl-C and hanging up, also where this one is started by `nohup` or by `&`.

    Those ignore the signals, and whoever is started inherits it; not so a handler that does nothing (execve(2)).
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("markexpr"):
        return
    measured = [item for item in items if item.get_closest_marker("benchmark")]
    if measured:
        config.hook.pytest_deselected(items=measured)
        items[:] = [item for item in items if item not in measured]


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        _refuse_host(arguments[1][0])
    elif event == "socket.getaddrinfo":
        _refuse_host(arguments[0])


def _refuse_host(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host or "localhost"
    try:
        inside = ipaddress.ip_address(name).is_loopback or ipaddress.ip_address(name).is_unspecified
    except ValueError:
        inside = name == "localhost" or name.endswith(".localhost")
    if not inside:
        msg = f"a test tried to reach {name}; tests reach this machine only"
        raise RuntimeError(msg)
