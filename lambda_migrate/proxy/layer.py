"""Builds the Lambda layer that carries the proxy, and says how a function has to be configured to run it.

Needs no credentials. The same sources give the same bytes: names are sorted, times and permissions are fixed.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.proxy.runtime.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

PACKAGE = "lambda_migrate_proxy"
HANDLER = f"{PACKAGE}.handler"
PYTHON_VERSIONS = ("python3.9", "python3.10", "python3.11", "python3.12", "python3.13", "python3.14")
ARCHITECTURES = ("x86_64", "arm64")
_RUNTIME = Path(__file__).parent / "runtime"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold
_READABLE = 0o100644 << 16


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


def build() -> Layer:
    """Return the layer. Building it twice gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for source in sorted(_RUNTIME.rglob("*.py")):
            name = f"python/{PACKAGE}/{source.relative_to(_RUNTIME).as_posix()}"
            entry = zipfile.ZipInfo(name, _FIXED_TIME)
            entry.create_system = 3  # Unix, also when built elsewhere
            entry.external_attr = _READABLE
            archive.writestr(entry, source.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)
    content = buffer.getvalue()
    return Layer(content, sha256(content).hexdigest(), HANDLER)


def environment(  # noqa: PLR0913  # one parameter for each setting; all but three have a default
    *,
    service_url: str,
    events: str,
    original_handler: str,
    fallback: str = "never",
    base_path: str = "",
    root_path: str = "",
    text_mime_types: Iterable[str] = (),
    exclude_headers: Iterable[str] = (),
    host_mode: str = Settings.host_mode,
    ca_bundle: str = "",
    connect_timeout: float | None = None,
    api_timeout: float | None = None,
    deadline_margin: float | None = None,
    keepalive_idle: float | None = None,
) -> dict[str, str]:
    """Return the environment variables of the proxy, without the signing keys: they are secret and added at deployment.

    Args:
        service_url: `https://host` or `https://host:port` of the service.
        events: What goes to the service: `none`, `non-api`, `api` or `all`.
        original_handler: The handler that the function had, `module.function`.
        fallback: `connect` lets the original answer when no connection to the service could be made; else `never`.
        base_path: Removed from the front of request paths, as `api_gateway_base_path` of Mangum.
        root_path: Told to the application as its mount point.
        text_mime_types: Content types sent as text; none means Mangum's.
        exclude_headers: Response headers that are dropped.
        host_mode: `rewrite` shows the service its own `Host`, and its door puts back the client's; `preserve` shows it
            the client's at once.
        ca_bundle: Path, inside Lambda, of the certificates to trust instead of the system's.
        connect_timeout: Seconds for one attempt to connect.
        api_timeout: Seconds for a request from API Gateway.
        deadline_margin: Seconds kept free at the end of an invocation.
        keepalive_idle: Seconds after which an unused connection is not used again.

    Returns:
        Variable names and values; a setting left at its default is left out.
    """
    given = {
        "SERVICE_URL": service_url,
        "EVENTS": events,
        "ORIGINAL_HANDLER": original_handler,
        "FALLBACK": "" if fallback == "never" else fallback,
        "BASE_PATH": "" if base_path == "/" else base_path,
        "ROOT_PATH": root_path,
        "TEXT_MIME_TYPES": ",".join(text_mime_types),
        "EXCLUDE_HEADERS": ",".join(exclude_headers),
        "HOST_MODE": "" if host_mode == Settings.host_mode else host_mode,
        "CA_BUNDLE": ca_bundle,
        "CONNECT_TIMEOUT": _seconds(connect_timeout),
        "API_TIMEOUT": _seconds(api_timeout),
        "DEADLINE_MARGIN": _seconds(deadline_margin),
        "KEEPALIVE_IDLE": _seconds(keepalive_idle),
    }
    return {f"LAMBDA_MIGRATE_{name}": value for name, value in given.items() if value}


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:g}"
