"""Whether the working copy of an API is what a plan was made from, with our change and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.errors import Drifted
from lambda_migrate.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambda_migrate.actions.api_gateway.gateway import Gateway
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws


def digest(gateway: Gateway, content: Document, names: Iterable[str], *, bare: bool = False) -> str:
    """Return the digest of a working copy without what we change.

    Args:
        gateway: Of its protocol.
        content: The working copy.
        names: What has the URIs that we change.
        bare: Whether we change more of it than the URIs.
    """
    return sha256(gateway.without(content, frozenset(names), bare=bare))


def demand(
    aws: Aws, gateway: Gateway, api: str, name: str, uris: Mapping[str, str], rest: str, *, bare: bool = False
) -> None:
    """Refuse a working copy that a deployment must not ship.

    Args:
        aws: A session.
        gateway: Of the API's protocol.
        api: The API's id.
        name: What a person calls it.
        uris: What the parts that we change have to name, by their names.
        rest: The digest of everything else.
        bare: As for :func:`digest`.

    Raises:
        Drifted: It is another one than was planned.
    """
    content = gateway.content(aws, api)
    current = gateway.uris(content)
    others = [part for part, uri in uris.items() if current.get(part) != uri]
    if not others and digest(gateway, content, uris, bare=bare) == rest:
        return
    what = f"`{others[0]}` names something else than was planned" if others else "something in it was changed"
    raise Drifted(
        f"API `{name}`: {what} since the plan was made, and a deployment would ship that too",
        hint="deploy or revert that change, then run `lambda-migrate plan` again",
    )
