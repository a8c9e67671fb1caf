"""Whether permissions allow calls, as IAM decides it: actions as they are, patterns of ARNs, conditions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_migrate.aws.permissions import permissions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.aws.permissions import Call, Permission, Place


def allows(allowed: Permission, wanted: Permission) -> bool:
    """Return whether what is allowed covers what is wanted."""
    met = not allowed.condition or allowed.condition == wanted.condition
    unknown = wanted.resource != "*" and covers(wanted.resource, allowed.resource)  # a call that does not say all of it
    return allowed.action == wanted.action and met and (covers(allowed.resource, wanted.resource) or unknown)


def covers(pattern: str, resource: str) -> bool:
    """Return whether a pattern covers a resource; ``*`` and ``?`` are all that IAM knows, colons mean nothing."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, resource) is not None


def refused(calls: Iterable[Call], allowed: Iterable[Permission], place: Place) -> list[str]:
    """Return what calls ask for that is not allowed, one line each."""
    listed = list(allowed)
    wanted = dict.fromkeys(each for call in calls for each in permissions(call, place))
    return [
        f"{each.action} on {each.resource} {' '.join(each.condition)}".rstrip()
        for each in wanted
        if not any(allows(one, each) for one in listed)
    ]


def unused(calls: Iterable[Call], allowed: Iterable[Permission], place: Place) -> list[Permission]:
    """Return what is allowed that no call asks for."""
    wanted = {each for call in calls for each in permissions(call, place)}
    return [each for each in dict.fromkeys(allowed) if not any(allows(each, one) for one in wanted)]
