"""Function URLs.

A URL belongs to the function or to the alias that it was made for, and that cannot be changed: a client that has the
URL of the unqualified function can reach another qualifier only by another URL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.triggers import base

if TYPE_CHECKING:
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

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


def request_metrics(trigger: Trigger[Settings], function: Function) -> SourceMetrics:
    """Return what Lambda counts of a URL ("Monitoring Lambda function URLs", Lambda guide)."""
    resource = f"{function.name}:{trigger.qualifier}" if trigger.qualifier else function.name
    dimensions = {"FunctionName": function.name, "Resource": resource}
    return SourceMetrics.of_requests("AWS/Lambda", dimensions, "UrlRequestCount", "Url5xxCount", "Url4xxCount")
