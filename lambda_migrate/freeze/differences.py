"""What somebody else changed: the function then and now, less what this tool has changed itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions import action_from_dict
from lambda_migrate.actions.base import Touched, Touches
from lambda_migrate.aws.arn import Arn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lambda_migrate.engine.record import Record
    from lambda_migrate.freeze.snapshot import Snapshot

RUNTIME = "runtime"
"""The one difference that AWS makes by itself, when it patches."""

_PROXY_ON_LATEST = {
    "after": ("intent", "applied", "undo-intent"),
    "before": ("intent", "undo-intent", "undone"),
}
"""Events after which ``$LATEST`` may carry the proxy, by the side of the action on which it does."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was.

    Attributes:
        what: ``code``, ``configuration``, ``role``, ``layers``, ``runtime``, ``alias <name>`` or ``permission ...``.
        before: How it was, in one line; "" for nothing.
        after: How it is.
    """

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what}: {self.before or 'none'} → {self.after or 'none'}"


@dataclass(frozen=True)
class Ours:
    """What the steps of a ledger have touched, so that it does not count as a change by others.

    Attributes:
        aliases: Names of aliases.
        statements: Qualifiers and statement ids of the resource policy.
        latest: Whether ``$LATEST`` carries our configuration at this moment.
        codes: Hashes of what a step has ``$LATEST`` run: the frozen image with the proxy's layer, and the frozen one.
    """

    aliases: frozenset[str] = frozenset()
    statements: frozenset[tuple[str, str]] = frozenset()
    latest: bool = False
    codes: frozenset[str] = frozenset()

    @classmethod
    def of(cls, records: Iterable[Record]) -> Ours:
        """Gather from the records of a ledger; an intent counts, whatever came of it."""
        aliases: set[str] = set()
        statements: set[tuple[str, str]] = set()
        codes: set[str] = set()
        latest = False
        touched: dict[tuple[int, str], Touched] = {}
        for record in records:
            step = (record.run, record.id)
            if record.action:
                touched[step] = _touched(record.action)
                aliases |= touched[step].aliases
                statements |= touched[step].statements
                codes |= touched[step].codes
            side = touched[step].proxy if step in touched else ""
            if side:
                latest = record.event in _PROXY_ON_LATEST[side]
        return cls(frozenset(aliases), frozenset(statements), latest, frozenset(codes))


def _touched(recorded: dict[str, Any]) -> Touched:
    """Return what of the function a recorded action changes."""
    action = action_from_dict(recorded)
    return action.touches() if isinstance(action, Touches) else Touched()


def differences(then: Snapshot, now: Snapshot, ours: Ours) -> tuple[Difference, ...]:
    """Return what others have changed, the code first."""
    derived = {then.code_sha256, now.code_sha256} <= ours.codes  # the same code: with the proxy's layer, or without
    changes = [] if derived else [Difference("code", then.code_sha256, now.code_sha256)]
    if not ours.latest:
        changes += [
            Difference("configuration", then.configuration_sha256[:12], now.configuration_sha256[:12]),
            Difference("layers", _listed(then.layers), _listed(now.layers)),
        ]
    changes.append(Difference("role", then.role, now.role))
    changes += _aliases(then.aliases, now.aliases, ours)
    changes += _policies(then.policies, now.policies, ours)
    if then.runtime_version and now.runtime_version:
        changes.append(Difference(RUNTIME, then.runtime_version, now.runtime_version))
    return tuple(difference for difference in changes if difference.before != difference.after)


def _aliases(then: Mapping[str, Any], now: Mapping[str, Any], ours: Ours) -> list[Difference]:
    names = sorted((then.keys() | now.keys()) - ours.aliases)
    return [Difference(f"alias {name}", _spoken(then.get(name)), _spoken(now.get(name))) for name in names]


def _policies(then: Mapping[str, Any], now: Mapping[str, Any], ours: Ours) -> list[Difference]:
    changes = []
    for qualifier in sorted(then.keys() | now.keys()):
        before, after = then.get(qualifier, {}), now.get(qualifier, {})
        for sid in sorted(before.keys() | after.keys()):
            if (qualifier, sid) in ours.statements:
                continue
            if before.get(sid) != after.get(sid):
                name = f"permission {sid} of {qualifier or 'the function'}"
                changes.append(Difference(name, before.get(sid, "")[:12], after.get(sid, "")[:12]))
    return changes


def _spoken(alias: Mapping[str, Any] | None) -> str:
    if alias is None:
        return ""
    weights = "".join(f", {weight:.0%} on {version}" for version, weight in sorted(alias["weights"].items()))
    return f"version {alias['version']}{weights}"


def _listed(layers: tuple[str, ...]) -> str:
    return ", ".join(Arn.parse(arn).name or arn for arn in layers)
