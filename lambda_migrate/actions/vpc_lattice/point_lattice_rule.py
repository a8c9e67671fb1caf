"""Moves the weight of a rule of VPC Lattice from one target group to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.document import PointInDocument
from lambda_migrate.actions.vpc_lattice import lattice_groups
from lambda_migrate.actions.vpc_lattice.lattice_groups import group_id, required, short
from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

WEIGHT = 100
"""Of a target group that has none in the rule ("Weight" of WeightedTargetGroup, VPC Lattice API reference)."""


@dataclass(frozen=True)
class PointLatticeRule(PointInDocument):
    """Change which of our target groups a rule forwards to. Other groups keep their weights.

    A rule's action is replaced as a whole; what it matches and its priority are left out, and stay (UpdateRule). The
    default action belongs to the listener (UpdateListener). Lattice takes no condition.

    Attributes:
        rule: ARN of the rule, or of the listener whose default action it is.
    """

    kind: ClassVar[str] = "point_lattice_rule"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "→"
    rule: str

    def describe(self) -> str:
        """Return one line for a person."""
        before, after = (", ".join(map(short, side)) for side in (self.before, self.after))
        return f"rule {self.name} of VPC Lattice: {before} → {after}"

    def read(self, aws: Aws) -> Document | None:
        """Return the rule's action, and the ids of our groups; a group that is not there has none."""
        ids = {reference: group_id(aws, reference) for reference in {**self.before, **self.after}}
        where = identifiers(self.rule)
        if "ruleIdentifier" in where:  # last of all, right before it is written
            answer, member = read_or_none(aws, "vpc-lattice", "get_rule", **where), "action"
        else:
            answer, member = read_or_none(aws, "vpc-lattice", "get_listener", **where), "defaultAction"
        if answer is None:
            return None
        return {"action": _plain(answer[member]), "ids": ids}

    def ours(self, document: Document) -> Any:
        """Return the weights of our groups by the references; None where none of them is in the rule."""
        weights = weights_of(document["action"])
        there = {name: weights[identity] for name, identity in document["ids"].items() if identity in weights}
        return there or None

    def merged(self, document: Document, side: dict[str, int]) -> Document:
        """Return the action with a side's groups where ours stand."""
        ids = document["ids"]
        groups = list(weights_of(document["action"]).items())
        place = next(place for place, (identity, _weight) in enumerate(groups) if identity in ids.values())
        others = [group for group in groups if group[0] not in ids.values()]
        mine = [(ids[name], weight) for name, weight in side.items()]
        listed = [*others[:place], *mine, *others[place:]]
        return {**document, "action": _forwarding(dict(listed))}

    def write(self, aws: Aws, side: dict[str, int]) -> None:
        """Put a side's groups in the place of the other's.

        Raises:
            Drifted: A target group is gone.
            PreconditionFailed: It is not the other side that stands there; nothing was written.
        """
        for reference in side:
            required(aws, reference)
        super().write(aws, side)

    def send(self, aws: Aws, document: Document) -> None:
        """Replace the action."""
        where, action = identifiers(self.rule), document["action"]
        if "ruleIdentifier" in where:
            aws.call("vpc-lattice", "update_rule", action=action, **where)
        else:
            aws.call("vpc-lattice", "update_listener", defaultAction=action, **where)

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        where = identifiers(self.rule)
        names = "GetRule UpdateRule" if "ruleIdentifier" in where else "GetListener UpdateListener"
        groups = {**self.before, **self.after}
        return (
            *(call for each in groups for call in lattice_groups.calls_of(each)),
            *calls("vpc-lattice", names, **where),
        )


def identifiers(arn: str) -> dict[str, str]:
    """Return what names a rule or a listener, from its ARN: ``service/svc-1/listener/listener-2/rule/rule-3``."""
    parts = Arn.parse(arn).resource.split("/")
    names = {"service": "serviceIdentifier", "listener": "listenerIdentifier", "rule": "ruleIdentifier"}
    return {names[kind]: identity for kind, identity in zip(parts[::2], parts[1::2], strict=False) if kind in names}


def _forwarding(weights: dict[str, int]) -> Document:
    groups = [{"targetGroupIdentifier": name, "weight": weight} for name, weight in weights.items()]
    return {"forward": {"targetGroups": groups}}


def _plain(action: Document) -> Document:
    """Return an action in one form: groups by their ids, each with its weight, as it is written and compared."""
    return _forwarding(weights_of(action)) if action.get("forward") else action


def weights_of(action: Document) -> dict[str, int]:
    """Return the weights of the groups that an action forwards to, by their ids; none where it answers itself."""
    groups = (action.get("forward") or {}).get("targetGroups") or ()
    return {
        Arn.parse(each["targetGroupIdentifier"]).below("targetgroup") or str(each["targetGroupIdentifier"]): int(
            each.get("weight", WEIGHT)
        )
        for each in groups
    }
