"""A flip: one thing that the migration has changed, in the words of the tools that own it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reference:
    """A value that the owner's code should name rather than write out: of the alias, or of another thing that was made.

    Attributes:
        value: As AWS has it.
        attribute: ``arn``, ``invoke_arn`` or ``name``.
        made: Address of the resource, ``aws_lb_target_group.live_group``, where it is not the alias.
    """

    value: str
    attribute: str = "arn"
    made: str = ""


@dataclass(frozen=True)
class Terraform:
    """A flip for Terraform, OpenTofu and Pulumi, whose providers call things alike.

    Attributes:
        type: Of the resource, ``aws_lambda_alias``.
        import_id: What ``import`` takes; "" where the provider imports none of this type.
        identity: Attributes by which a plan's resource is known to be this one.
        attributes: Those that the flip decides: text, number, :class:`Reference`, or a block's attributes.
        ignored: Those that go on changing while traffic moves, for ``lifecycle.ignore_changes``.
    """

    type: str
    import_id: str
    identity: dict[str, str]
    attributes: dict[str, Any]
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class CloudFormation:
    """A flip for CloudFormation, and for what makes templates of it.

    Attributes:
        type: Of the resource, ``AWS::Lambda::Alias``.
        physical: The id that a stack knows the thing by; "" where nothing shows it, so that it may be any of its type.
        identifier: What an import change set takes; empty where the type cannot be imported.
        properties: Those that the flip decides, as for :attr:`Terraform.attributes`.
        stays: Whether a stack leaves it alone for as long as the template stays as it is there.
    """

    type: str
    physical: str
    identifier: dict[str, str]
    properties: dict[str, Any]
    stays: bool = False


@dataclass(frozen=True)
class Flip:
    """One thing that the migration has changed.

    Attributes:
        name: A name for it in code, ``live_alias``.
        what: In one line, for a person.
        terraform: For Terraform and its like; None where it has to be written by hand.
        cloudformation: For CloudFormation; likewise.
        made: Whether the migration made it; else it was there, and was changed.
        source: The name of what triggers: the queue, the topic, the rule; "" for anything else.
        goes_with: The name of the flip whose change in the code takes care of this one, too; "" for none.
    """

    name: str
    what: str
    terraform: Terraform | None = None
    cloudformation: CloudFormation | None = None
    made: bool = False
    source: str = ""
    goes_with: str = ""

    @property
    def expendable(self) -> bool:
        """Whether a deployment may take it away: it has done its work once the flip that it goes with stands."""
        return bool(self.goes_with) and not self.made


@dataclass(frozen=True)
class Owner:
    """Whose code decides about the function.

    Attributes:
        tool: ``terraform``, ``cloudformation``, ``sam``, ``cdk``, ``serverless``, ``chalice``, ``zappa``, ``pulumi``.
        evidence: How that is known, one line each.
        stack: The stack's name, where there is one.
    """

    tool: str
    evidence: tuple[str, ...] = field(default=())
    stack: str = ""
