"""Looks at many things, one by one in AWS and several at once here; one that cannot be read is named, alone."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from lambda_migrate.inventory import concurrently
from lambda_migrate.inventory.finders.unlooked import looked
from lambda_migrate.triggers import policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.model import Function
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


class Listing(NamedTuple):
    """How all things of a kind are listed.

    Attributes:
        what: What they are, for a person: ``IoT rules``.
        arns: Lists their ARNs.
        name_in: Returns the part of an ARN by which two of them are the same thing.
    """

    what: str
    arns: Callable[[], Iterable[str]]
    name_in: Callable[[str], str] = str


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


def look_at_permitted(
    aws: Aws,
    function: Function,
    principals: tuple[str, ...],
    listing: Listing,
    look: Callable[[Aws, Function, str], Iterator[Trigger[Settings]]],
    called: Callable[[str], str],
) -> Iterator[Trigger[Settings]]:
    """Yield what a look at each of the things finds that the function's policy names.

    Where it names patterns, all that there are are listed: of those that a pattern covers, each is looked at too.

    Args:
        aws: As above.
        function: The function.
        principals: The services that the policy lets invoke it for such a thing.
        listing: How all things are listed.
        look: Looks at one, by its ARN, for what invokes the function.
        called: Returns what people call one, by its ARN.
    """
    allowed = policy.sources_here(function, principals)
    look_at = partial(look, aws, function)

    def name(arn: str) -> Named:
        return Named(called(arn), arn)

    named = {arn for arn in allowed if not policy.is_pattern(listing.name_in(arn))}
    patterns = [policy.PermittedInvoker("", arn) for arn in allowed - named]

    def covered() -> Iterator[Trigger[Settings]]:
        known = {listing.name_in(arn) for arn in named}
        arns = {arn for arn in listing.arns() if any(each.explained_by(arn) for each in patterns)}
        others = sorted(arn for arn in arns if listing.name_in(arn) not in known)
        yield from look_at_each(aws, listing.what, others, look_at, name)

    yield from look_at_each(aws, listing.what, sorted(named), look_at, name)
    if patterns:
        yield from looked(listing.what, covered)
