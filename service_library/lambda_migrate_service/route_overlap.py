"""Whether two routes can take the same path: the service asks it when it starts, and `lambda-migrate init` before."""

from __future__ import annotations

import re

_PARAMETER = re.compile(r"{[^}]*}")
_REST = re.compile(r"{[^}]*:path}")


def overlap(one: str, other: str) -> bool:
    """Return whether two paths of routes take a path in common.

    A parameter takes one part of a path, or a piece of it; `:path` takes the rest.

    Args:
        one: For example `/orders/{id}`.
        other: For example `/orders/new`.
    """
    here, there = one.strip("/").split("/"), other.strip("/").split("/")
    for mine, theirs in zip(here, there):
        if _REST.search(mine) or _REST.search(theirs):
            return True
        if not _meet(mine, theirs):
            return False
    longer = here[len(there) :] or there[len(here) :]
    return not longer or bool(_REST.fullmatch(longer[0]))


def _meet(mine: str, theirs: str) -> bool:
    """Return whether one part of a path may fit both; of two with parameters, what stands around these has to agree."""
    for written, pattern in ((mine, theirs), (theirs, mine)):
        if "{" not in written:
            fixed = map(re.escape, _PARAMETER.split(pattern))
            return re.fullmatch("[^/]+".join(fixed), written) is not None
    (head, *_, tail), (other_head, *_, other_tail) = _PARAMETER.split(mine), _PARAMETER.split(theirs)
    heads, tails = sorted((head, other_head), key=len), sorted((tail, other_tail), key=len)
    return heads[1].startswith(heads[0]) and tails[1].endswith(tails[0])
