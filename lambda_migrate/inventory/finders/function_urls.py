"""Function URLs, which come with the function's description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.function_url import KIND, Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function

PRINCIPALS = ()


def find(_aws: Aws, function: Function) -> Iterator[Trigger[Settings]]:
    """Yield the URL of the function and those of its aliases."""
    for qualifier, qualified in sorted(function.qualified.items()):
        if qualified.url:
            settings = Settings(auth=qualified.url_auth, mode=qualified.url_mode, cors=qualified.url_cors)
            yield Trigger(KIND, qualified.url, qualified.url, qualifier, settings)
