"""Builds the Lambda layer that carries the proxy, and says how a function has to be configured to run it.

Needs no credentials. The same sources give the same bytes: see :mod:`lambda_migrate.archive`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate import archive
from lambda_migrate.proxy.compact import compact
from lambda_migrate.proxy.runtime.settings import PREFIX, ProxySettings

if TYPE_CHECKING:
    from lambda_migrate.config import Proxy

PACKAGE = "lambda_migrate_proxy"
HANDLER = f"{PACKAGE}.handler"
SELECTOR = "lambda-migrate-selector"
COMMAND = "lambda-migrate-command"
EXECUTABLE = (COMMAND, SELECTOR)
"""What of the layer Lambda starts."""

WRAPPER = f"/opt/{SELECTOR}"
"""What ``AWS_LAMBDA_EXEC_WRAPPER`` has to be where the function runs under the AWS Lambda Web Adapter."""

PYTHON_VERSIONS = ("python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14")
ARCHITECTURES = ("x86_64", "arm64")
_RUNTIME = Path(__file__).parent / "runtime"


@dataclass(frozen=True)
class Layer:
    """A layer ready to be published.

    Attributes:
        content: The zip.
        sha256: Of the content, in hexadecimal.
        handler: What the function's handler has to be.
    """

    content: bytes
    sha256: str
    handler: str


SETTINGS = (
    "fallback",
    "base_path",
    "text_mime_types",
    "exclude_headers",
    "host_mode",
    "ca_bundle",
    "connect_timeout",
    "api_timeout",
)
"""Keys of ``proxy:`` in migration.yaml that the proxy is told of, each in the variable of its own name.

A key that is left at the proxy's own default, which :class:`ProxySettings` has, is not told.
"""


def files() -> dict[str, bytes]:
    """Return what stands below ``/opt`` in every carrier, by path."""
    sources = sorted(_RUNTIME.rglob("*.py"))
    below = {
        f"python/{PACKAGE}/{each.relative_to(_RUNTIME).as_posix()}": compact(each.read_text("utf-8")).encode()
        for each in sources
    }
    return below | {name: (_RUNTIME / "adapter" / name).read_bytes() for name in EXECUTABLE}


@cache  # a command asks several times: what is to be published, and whether that is there
def build() -> Layer:
    """Return the layer. Building it twice gives the same bytes."""
    content = archive.pack(files(), executable=EXECUTABLE, level=9)
    return Layer(content, sha256(content).hexdigest(), HANDLER)


def environment(
    proxy: Proxy, *, service_url: str, events: str, original_handler: str, original_wrapper: str = ""
) -> dict[str, str]:
    """Return the environment variables of the proxy, without the signing keys: they are secret and added at deployment.

    Args:
        proxy: What migration.yaml says of it.
        service_url: `https://host` or `https://host:port` of the service.
        events: What goes to the service: `none`, `non-api`, `api` or `all`.
        original_handler: The handler that the function had, `module.function`; not told under a web adapter.
        original_wrapper: The script that started a function under a web adapter; else "".

    Returns:
        Variable names and values; a setting left at its default is left out.
    """
    started = {"ORIGINAL_WRAPPER": original_wrapper} if original_wrapper else {"ORIGINAL_HANDLER": original_handler}
    given = {"SERVICE_URL": service_url, "EVENTS": events, **started, "RECORD": proxy.recorded}
    for key in SETTINGS:
        value = getattr(proxy, key)
        given[key.upper()] = "" if value == getattr(ProxySettings, key, None) else _written(value)
    return {f"{PREFIX}{name}": value for name, value in given.items() if value}


def _written(value: str | float | list[str] | None) -> str:
    """Return a setting as the proxy reads it."""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list):
        return ",".join(value)
    return "" if value in (None, "/") else value  # a base path of "/" strips nothing
