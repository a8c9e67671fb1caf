"""A plan: the steps of one phase, as data that is shown, saved, recorded and run."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any

from lambda_migrate.actions import Action, action_from_dict, action_to_dict
from lambda_migrate.engine.source_metrics import SourceMetrics
from lambda_migrate.errors import ConfigError

SCHEMA = 1

_ONCE_NAMED = {"settle": "propagation"}
"""Fields of a step by the names that they have in older ledgers and saved plans."""


@dataclass(frozen=True)
class Guard:
    """How a step that moves traffic is guarded: a schedule in AWS puts it back where nobody says otherwise.

    Attributes:
        grace: Seconds after the bake that the schedule waits.
        hold: Seconds that it waits where the traffic stays on purpose: an inconclusive verdict, the last weight below
            100 %.
        required: Whether no traffic moves where AWS refuses the schedule.
        boundary: ARN of the permissions boundary of the role that it acts with; "" for none.
    """

    grace: float
    hold: float
    required: bool = True
    boundary: str = ""


@dataclass(frozen=True)
class Step:
    """One action of a plan.

    Attributes:
        id: Stable within the plan, ``03-shift_weight``; what ``rollback --to`` takes.
        action: What changes.
        why: The reason, one clause.
        group: The heading it is shown under: ``alias``, ``http_api``, ``sqs``, ...
        gated: True where the world is watched (``bake``) and judged after the step before the next one runs.
        bake: How long to watch, in seconds.
        propagation: How long AWS needs until the change is everywhere, in seconds; waited for after the step.
        risk: What a person should know before saying yes, or "".
        source_metrics: What the sources count, where a verdict after the step is to look at that.
        trigger: The trigger that it re-points, ``sns:<topic>``, or the kind for all of whose triggers it prepares,
            ``sns``; "" where it is about none. Triggers do not wait for each other on the way back.
        trigger_name: What a person calls that one trigger; "" where it prepares for all of its kind.
        lingers: How long its thing may still carry traffic after the way back, in seconds: it is left in place.
        guard: How it is guarded; None where nothing puts it back by itself.
    """

    id: str
    action: Action
    why: str = ""
    group: str = ""
    gated: bool = False
    bake: float = 0.0
    propagation: float = 0.0
    risk: str = ""
    source_metrics: tuple[SourceMetrics, ...] = ()
    trigger: str = ""
    trigger_name: str = ""
    lingers: float = 0.0
    guard: Guard | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the step as JSON-able data, leaving out what is at its default."""
        data: dict[str, Any] = {"id": self.id, "action": action_to_dict(self.action)}
        for name, default in (
            ("why", ""),
            ("group", ""),
            ("gated", False),
            ("bake", 0.0),
            ("propagation", 0.0),
            ("risk", ""),
            ("trigger", ""),
            ("trigger_name", ""),
            ("lingers", 0.0),
        ):
            value = getattr(self, name)
            if value != default:
                data[name] = value
        if self.source_metrics:
            data["source_metrics"] = [each.to_dict() for each in self.source_metrics]
        if self.guard:
            data["guard"] = {name: value for name, value in asdict(self.guard).items() if value != ""}
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Step:
        """Read back what :meth:`to_dict` wrote."""
        source_metrics = tuple(SourceMetrics(**each) for each in data.get("source_metrics", ()))
        guard = Guard(**data["guard"]) if "guard" in data else None
        action = action_from_dict(data["action"])
        named = {_ONCE_NAMED.get(name, name): value for name, value in data.items()}
        return cls(**{**named, "action": action, "source_metrics": source_metrics, "guard": guard})


@dataclass(frozen=True)
class Plan:
    """The steps of one phase and the fingerprint of the world that they were made from.

    Attributes:
        phase: ``proxy``, ``cutover``, ``direct``, ``retire``, ``rotate``, ``rotate-finish``.
        function: The function's ARN, unqualified.
        fingerprint: sha256 hex of the inventory that the plan was made from.
        steps: In the order they run; irreversible ones last and alone.
        blockers: Why the plan must not run yet, one line each; an empty tuple lets it run.
        warnings: What a person should know, one line each.
        summary: Facts for the renderer, for example ``{"from": "2", "to": "3"}``.
    """

    phase: str
    function: str
    fingerprint: str
    steps: tuple[Step, ...] = ()
    blockers: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    summary: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return the plan's identity: 12 hex characters over everything in it."""
        return _identity(self._body())

    def _body(self) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "phase": self.phase,
            "function": self.function,
            "fingerprint": self.fingerprint,
            "steps": [step.to_dict() for step in self.steps],
            "blockers": list(self.blockers),
            "warnings": list(self.warnings),
            "summary": self.summary,
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as JSON-able data."""
        return {"id": self.id, **self._body()}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Plan:
        """Read back what :meth:`to_dict` wrote.

        Raises:
            ConfigError: The data is not a plan, was changed since, or comes from a newer version.
        """
        if data.get("schema") != SCHEMA:
            msg = f"plan has schema {data.get('schema')!r}, this version reads {SCHEMA}"
            raise ConfigError(msg, hint="make the plan again with `lambda-migrate plan --out FILE`")
        try:
            plan = cls(
                phase=data["phase"],
                function=data["function"],
                fingerprint=data["fingerprint"],
                steps=tuple(Step.from_dict(step) for step in data["steps"]),
                blockers=tuple(data["blockers"]),
                warnings=tuple(data["warnings"]),
                summary=dict(data["summary"]),
            )
            written = _identity({name: value for name, value in data.items() if name != "id"})
        except (KeyError, TypeError) as error:
            raise ConfigError(
                f"not a plan: {error}", hint="make it again with `lambda-migrate plan --out FILE`"
            ) from error
        if data.get("id") != written:
            raise ConfigError(
                "the plan was changed after it was made", hint="make it again with `lambda-migrate plan --out FILE`"
            )
        return plan


def _identity(body: dict[str, Any]) -> str:
    """Return the identity of a plan's data, as it was written: an older plan may name its fields differently."""
    import json  # noqa: PLC0415  # `status` reads recorded plans, whose identity nobody asks for, and has to be quick

    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]
