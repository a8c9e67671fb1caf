"""What a finder is: one look-up in AWS that yields triggers, checked when the registry is imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import ModuleType

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory.grants import Grants
    from lambda_migrate.triggers.base import Settings, Trigger


@dataclass(frozen=True)
class Finder:
    """One look-up, which may yield triggers of several kinds.

    Attributes:
        name: The name of its module.
        principals: ``PRINCIPALS``: who invokes for the triggers that it finds. Where it has looked and a statement of
            such a principal explains nothing, then nothing uses the permission.
        find: ``find(aws, function)``, or ``find_by_role(aws, function, grants)`` where things that invoke by a role of
            their own are among them: the triggers, from an index of AWS where there is one (source ARNs of the policy,
            ``list_event_source_mappings``, ``list_rule_names_by_target``), so that calls grow with the function's
            triggers and not with the account. It reads only. What may not be read it yields as a trigger of the kind
            ``unknown``, with the reason.
        calls: ``CALLS``: what it calls, ``scheduler:ListSchedules``; from it the policies of IAM are made.
    """

    name: str
    principals: tuple[str, ...]
    find: Callable[[Aws, Function, Grants], Iterable[Trigger[Settings]]]
    calls: tuple[str, ...] = ()

    @classmethod
    def of(cls, module: ModuleType) -> Finder:
        """Read a finder from its module.

        Raises:
            TypeError: The module is not a whole finder.
        """
        try:
            find = module.find_by_role if hasattr(module, "find_by_role") else without_roles(module.find)
            calls = tuple(getattr(module, "CALLS", ()))
            return cls(module.__name__.rpartition(".")[2], tuple(module.PRINCIPALS), find, calls)
        except AttributeError as error:
            msg = f"finder `{module.__name__}`: {error}"
            raise TypeError(msg) from error


def without_roles(
    find: Callable[[Aws, Function], Iterable[Trigger[Settings]]],
) -> Callable[[Aws, Function, Grants], Iterable[Trigger[Settings]]]:
    """Return a look-up that needs to know of no role as one that is told of them."""
    return lambda aws, function, _grants: find(aws, function)
