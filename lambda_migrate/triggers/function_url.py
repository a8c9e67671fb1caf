"""Function URLs.

A URL belongs to the function or to the alias that it was made for, and that cannot be changed: a client that has the
URL of the unqualified function can reach another qualifier only by another URL.
"""

from __future__ import annotations

from dataclasses import dataclass

from lambda_migrate.triggers import base

KIND = "function_url"
LABEL = "function URL"
TRAFFIC = "requests"
FOUND = "Lambda's list of the function's URLs"
PRINCIPALS = ("function-url",)
"""What :attr:`~lambda_migrate.triggers.policy.Source.caller` calls the statements of a URL, whoever they let in."""

STAYS = "a function URL belongs to the qualifier that it was made for"


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a URL; its `auth` is ``NONE`` or ``AWS_IAM``."""

    auth: str = ""
