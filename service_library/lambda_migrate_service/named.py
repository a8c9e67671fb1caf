"""The environment as one of several functions of a service sees it."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

OWN = "LAMBDA_MIGRATE_"
"""How variables begin of which each function has its own: keys, queues, topics."""


class Named(MutableMapping[str, str]):
    """A view of the environment: `LAMBDA_MIGRATE_X` is `LAMBDA_MIGRATE_X_JOBS` there, and nobody else's.

    `SERVICE_X_JOBS` is `SERVICE_X` for this function alone; where it is not set, that of the whole service counts.

    Args:
        variables: The environment.
        suffix: What the function's own variables end with, `JOBS`.
    """

    def __init__(self, variables: MutableMapping[str, str], suffix: str) -> None:
        self._variables = variables
        self._end = f"_{suffix}"

    @property
    def whole(self) -> MutableMapping[str, str]:
        """The environment itself, whoever's."""
        return self._variables

    def _key(self, name: str) -> str:
        own = name + self._end
        has_own = name.startswith("SERVICE_") and own in self._variables
        return own if name.startswith(OWN) or has_own else name

    def __getitem__(self, name: str) -> str:
        """Return a variable's text."""
        return self._variables[self._key(name)]

    def __setitem__(self, name: str, value: str) -> None:
        """Set a variable."""
        self._variables[self._key(name)] = value

    def __delitem__(self, name: str) -> None:
        """Take a variable away."""
        del self._variables[self._key(name)]

    def __iter__(self) -> Iterator[str]:
        """Yield the names as the function sees them."""
        names = {
            name[: -len(self._end)] if name.startswith((OWN, "SERVICE_")) and name.endswith(self._end) else name
            for name in self._variables
        }
        return iter(sorted(name for name in names if self._key(name) in self._variables))

    def __len__(self) -> int:
        """Return how many there are."""
        return sum(1 for _ in self)
