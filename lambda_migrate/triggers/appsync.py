"""Data sources of AppSync APIs that resolve by the function.

AppSync invokes with the role of the data source, which has to be allowed to invoke the alias first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.actions.appsync.point_data_source import PointDataSource
from lambda_migrate.engine.plan import Step
from lambda_migrate.triggers import base, invoking_role
from lambda_migrate.triggers.base import Repoint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.function.model import Function
    from lambda_migrate.triggers.base import Trigger

KIND = "appsync"
LABEL = "AppSync data source"
TRAFFIC = "events"
FOUND = "the data sources of all APIs, where a role of AppSync may invoke the function"
ALIAS = "the data source's function is replaced, with its role and its resolvers as they were"
STAYS = "its resolvers speak to a function; an HTTP data source needs resolvers of its own"
BACK = "the function is put back; all else of the data source as it is then"
TWICE = "nothing: a field is resolved by the one function or by the other"
SETTLES = 60.0
"""No time is documented."""


@dataclass(frozen=True, kw_only=True)
class Settings(base.Settings):
    """What is known of a data source.

    Attributes:
        api: The API's id.
        data_source: The data source's name.
        function: The ARN that it invokes, as it stands there.
        role: ARN of the role that AppSync invokes with; "" where it is not shown.
    """

    api: str
    data_source: str
    function: str
    role: str = ""


def to_alias(trigger: Trigger[Settings], function: Function, alias: str) -> Repoint:
    """Replace the data source's function."""
    settings = trigger.settings
    action = PointDataSource(settings.data_source, settings.function, function.qualified_arn(alias), settings.api)
    return Repoint((Step("", action, "its resolvers reach the alias", propagation=SETTLES),))


def preflight(aws: Aws, trigger: Trigger[Settings], function: Function, alias: str) -> Iterator[Blocker]:
    """Yield that the data source's role may not invoke the alias."""
    settings, caller = trigger.settings, f"{LABEL} `{trigger.name}`"
    yield from invoking_role.not_permitted(aws, settings.role, function.qualified_arn(alias), caller, trigger.name)
