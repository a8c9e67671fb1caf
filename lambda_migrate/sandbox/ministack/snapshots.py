"""Lets an API answer a request from a snapshot of itself, while everybody else sees it as it stands.

MiniStack keeps the parts of all APIs in tables, by API: routes, integrations, resources. ``reading_from`` makes such a
table look into the snapshot of the request, where there is one, and ``served`` says for how long that is.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ministack.core.responses import AccountRegionScopedDict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextvars import ContextVar

Snapshot = dict[str, Any]
"""The parts of one API, by their names."""


def reading_from(serving: ContextVar[Snapshot | None], part: str) -> type[AccountRegionScopedDict]:
    """Return what a table of APIs has to be, to show one part of the snapshot that is served where one is."""

    class Table(AccountRegionScopedDict):  # type: ignore[misc]  # MiniStack has no types
        __slots__ = ()

        def get(self, key: str, default: Any = None) -> Any:
            snapshot = serving.get()
            return snapshot[part] if snapshot is not None else super().get(key, default)

        def __getitem__(self, key: str) -> Any:
            snapshot = serving.get()
            return snapshot[part] if snapshot is not None else super().__getitem__(key)

    return Table


@contextmanager
def served(serving: ContextVar[Snapshot | None], snapshot: Snapshot | None) -> Iterator[None]:
    """Serve a snapshot to the request of this context; None serves the API as it stands."""
    token = serving.set(snapshot)
    try:
        yield
    finally:
        serving.reset(token)
