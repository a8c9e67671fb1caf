"""Which settings of migration.yaml a proxy version was published without: what is not published is not in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.function.documents import PREFIX
from lambda_migrate.proxy import layer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.config import Migration
    from lambda_migrate.function.model import Function, Version

KEYS = {"SERVICE_URL": "service.url"}
"""Keys of migration.yaml that are not ``proxy.<setting>``, by what the proxy is told."""

LEFT_OUT = frozenset({"EVENTS", "ORIGINAL_HANDLER", "ORIGINAL_WRAPPER"})
"""What is chosen with each deployment, or is the function's own: another gate asks about the function."""


def outdated(function: Function, version: Version, config: Migration) -> Iterator[str]:
    """Yield each setting in which a proxy version differs from migration.yaml, in the words of a person.

    Args:
        function: Whose version it is.
        version: A version that proxies; of one whose variables AWS does not show, nothing is said.
        config: What migration.yaml says.
    """
    if not version.proxy_settings:
        return
    wanted = layer.environment(
        config.proxy,
        service_url=config.service.url or "",
        events=version.proxy_events,
        original_handler=function.handler,
        original_wrapper=function.web_adapter.wrapper if function.web_adapter else "",
    )
    for name in sorted(wanted.keys() | version.proxy_settings.keys()):
        short = name.removeprefix(PREFIX)
        published, written = version.proxy_settings.get(name, ""), wanted.get(name, "")
        if short not in LEFT_OUT and published != written:
            key = KEYS.get(short, f"proxy.{short.lower()}")
            yield f"`{key}` is {_shown(written)} in migration.yaml and {_shown(published)} in version {version.number}"


def _shown(value: str) -> str:
    return f"`{value}`" if value else "the default"
