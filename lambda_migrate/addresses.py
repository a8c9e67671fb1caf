"""Hosts of URLs: which of them are this machine, and which are nobody's service."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

_INSTANCE_METADATA = IPv6Network("fd00:ec2::/32")
"""Where EC2 answers over IPv6: instance metadata, time, DNS ("Instance metadata" in the EC2 user guide)."""

_LAMBDA = re.compile(r"\.(lambda-url\.[a-z0-9-]+\.on\.aws|execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?)$")
_PORTS = {"http": 80, "https": 443}


def address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host names, however it is written; None for a name.

    Everything that opens connections takes ``2852039166`` and ``0xa9.254.43518`` for 169.254.169.254 (inet_aton(3)).
    """
    with suppress(ValueError):
        parsed = ip_address(host.partition("%")[0])
        return getattr(parsed, "ipv4_mapped", None) or parsed
    with suppress(OSError, UnicodeError, ValueError):
        return IPv4Address(socket.inet_aton(host))
    return None


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    parsed = address(host)
    return parsed.is_loopback if parsed else host.lower().rstrip(".") in ("localhost", "localhost.localdomain")


def is_metadata(host: str) -> bool:
    """Return whether a host is where AWS hands out credentials: link-local, or EC2's own addresses over IPv6."""
    parsed = address(host)
    if parsed is None:
        return False
    return parsed.is_link_local or (isinstance(parsed, IPv6Address) and parsed in _INSTANCE_METADATA)


def in_the_clear(url: str) -> bool:
    """Return whether what goes to a URL can be read on the way: plain HTTP that leaves the machine."""
    parts = urlsplit(url)
    return bool(url) and parts.scheme != "https" and not is_loopback(parts.hostname or "")


def reaches_lambda(url: str) -> bool:
    """Return whether a function stands behind a host: function URLs, and APIs by the name that AWS gives them."""
    return _LAMBDA.search((urlsplit(url).hostname or "").rstrip(".")) is not None


def same_place(one: str, other: str) -> bool:
    """Return whether two URLs name the same host and port."""
    places = [
        ((parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme))
        for parts in (urlsplit(one), urlsplit(other))
    ]
    return places[0] == places[1]
