"""Origins in a distribution's configuration: where they lead, and the headers of ours that they add."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws import secrets
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping

    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.session import Aws

DOMAIN, ACCESS, KEYED = "DomainName", "OriginAccessControlId", "Keyed"
PORTS = ("OriginProtocolPolicy", "HTTPPort", "HTTPSPort")
"""What of ``CustomOriginConfig`` a side has; time-outs and TLS versions stay as they are."""

CONFIG, CUSTOM, PRIVATE, HEADERS = "DistributionConfig", "CustomOriginConfig", "VpcOriginConfig", "CustomHeaders"
_OWNER = "OwnerAccountId"
"""A member of ``VpcOriginConfig`` that AWS may show though nobody sent it."""


def read(aws: Aws, distribution: str, origins: Iterable[str], keys: Container[str]) -> Document | None:
    """Return a distribution's ETag, status and configuration, without the values of our headers; None if it is gone.

    Args:
        aws: The session.
        distribution: Its id.
        origins: Ids of the origins that may have our headers.
        keys: The names of our headers; which of them an origin has is under ``Keyed``, by the origin's id.
    """
    answer = read_or_none(aws, "cloudfront", "get_distribution", Id=distribution)
    if answer is None:
        return None
    config = deepcopy(dict(answer["Distribution"][CONFIG]))
    keyed = {identity: _taken(config, identity, keys) for identity in origins}
    return {"ETag": answer["ETag"], "Status": answer["Distribution"]["Status"], CONFIG: config, KEYED: keyed}


def _taken(config: Document, identity: str, keys: Container[str]) -> list[str]:
    origin = named(config, identity)
    if origin is None:
        return []
    (origin.get(PRIVATE) or {}).pop(_OWNER, None)
    headers = (origin.get(HEADERS) or {}).get("Items") or []
    taken = sorted(str(each["HeaderName"]) for each in headers if each["HeaderName"] in keys)
    if taken:
        origin[HEADERS] = listed([each for each in headers if each["HeaderName"] not in keys])
    return taken


def send(aws: Aws, distribution: str, document: Document, references: Mapping[str, str]) -> None:
    """Write a configuration, if nobody has written since it was read.

    Args:
        aws: The session.
        distribution: Its id.
        document: What :func:`read` returns, changed.
        references: Headers of ours, and the references of the secrets that are their values.
    """
    config = deepcopy(document[CONFIG])
    values: dict[str, str] = {}
    for identity, names in document[KEYED].items():
        origin = named(config, identity)
        if origin is not None and names:
            values |= {name: secrets.literal(aws, references[name]) for name in names if name not in values}
            others = (origin.get(HEADERS) or {}).get("Items") or []
            ours = [{"HeaderName": name, "HeaderValue": values[name]} for name in names]
            origin[HEADERS] = listed([*others, *ours])
    try:
        aws.call(
            "cloudfront", "update_distribution", Id=distribution, IfMatch=document["ETag"], DistributionConfig=config
        )
    except AwsError as error:
        raise (secrets.without_values(error) if values else error) from None


def named(config: Document, identity: str) -> Document | None:
    """Return the origin with an id; None where the configuration has none."""
    items = (config.get("Origins") or {}).get("Items") or ()
    return next((each for each in items if each.get("Id") == identity), None)


def leads(origin: Document | None, keyed: list[str], *, private: bool) -> dict[str, Any] | None:
    """Return where an origin leads, as a side has it; None if it is gone, or has no settings of its own.

    Args:
        origin: The origin.
        keyed: The headers of ours that it adds.
        private: Whether a side has ``CustomOriginConfig`` and ``VpcOriginConfig`` whole, one of them None.
    """
    custom = (origin or {}).get(CUSTOM)
    if origin is None or not (custom or origin.get(PRIVATE)):
        return None
    where = {DOMAIN: origin[DOMAIN], ACCESS: origin.get(ACCESS) or ""}
    if private:
        return {**where, **{name: origin.get(name) or None for name in (CUSTOM, PRIVATE)}, KEYED: keyed}
    return {**where, **{name: (custom or {}).get(name) for name in PORTS}, KEYED: keyed}


def lead(origin: Document, side: Mapping[str, Any]) -> None:
    """Lead an origin, in place, to where a side says."""
    origin |= {DOMAIN: side[DOMAIN], ACCESS: side[ACCESS]}
    if PRIVATE in side:
        for name in (CUSTOM, PRIVATE):
            origin.pop(name, None)
        origin |= {name: deepcopy(side[name]) for name in (CUSTOM, PRIVATE) if side[name]}
    else:
        origin[CUSTOM] |= {name: side[name] for name in PORTS}


def listed(items: list[Document]) -> Document:
    """Return a list as CloudFront has it, with its length."""
    return {"Quantity": len(items), **({"Items": items} if items else {})}
