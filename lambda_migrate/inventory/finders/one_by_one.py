"""Looks at many things, one by one in AWS and several at once here; one that cannot be read is named, alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from lambda_migrate.inventory import concurrently
from lambda_migrate.inventory.finders.unlooked import looked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.triggers.base import Settings, Trigger

_Item = TypeVar("_Item")


class Named(NamedTuple):
    """What a thing is called, should it be unreadable.

    Attributes:
        name: By people, ``bucket orders``; `path:` of an acceptance.
        source: The ARN that a statement of the function's policy would name for it; "" where it has none.
        identity: What identifies it; "" where that is its ARN.
    """

    name: str
    source: str = ""
    identity: str = ""


def look_at_each(
    aws: Aws,
    what: str,
    items: Iterable[_Item],
    look: Callable[[_Item], Iterator[Trigger[Settings]]],
    called: Callable[[_Item], Named],
) -> Iterator[Trigger[Settings]]:
    """Yield what a look at each of many things finds, in their order.

    Args:
        aws: Where to look, how many calls that takes at once, and who is told how far it is.
        what: What the things are, for a person who waits: ``S3 buckets``.
        items: The things; where it is a listing that is paged through, the first are looked at meanwhile.
        look: Looks at one; it must not depend on what was found before.
        called: Names one.
    """

    def one(item: _Item) -> list[Trigger[Settings]]:
        name, source, identity = called(item)
        return list(looked(name, partial(look, item), source=source, identity=identity or source))

    for triggers in concurrently.ask(aws, one, items, what):
        yield from triggers
