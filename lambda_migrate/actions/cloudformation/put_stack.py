"""Makes, changes or deletes a CloudFormation stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from lambda_migrate.actions.base import Observed
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.aws.permissions import calls
from lambda_migrate.errors import AwsError
from lambda_migrate.hashing import sha256

if TYPE_CHECKING:
    from lambda_migrate.aws.documents import Document
    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws

TAG = "lambda-migrate"
"""Tag of the stack that says what it was made from; when CloudFormation rolls a change back, the tag goes back too."""

TEMPLATE_TAG, SHA256_TAG = "lambda-migrate-template", "lambda-migrate-sha256"
"""Tags with the template's URL and hash, from which the next plan knows what to go back to."""

_SURVIVED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE")


@dataclass(frozen=True)
class PutStack:
    """Put a stack from one template and set of parameters to another.

    Attributes:
        name: Name of the stack.
        before: ``{"template": url, "sha256": of the template, "parameters": {...}}``; None where the stack does not
            exist.
        after: As `before`.
    """

    kind: ClassVar[str] = "put_stack"
    reversible: ClassVar[bool] = True
    symbol: ClassVar[str] = "~"
    timeout: ClassVar[float] = 3600.0
    name: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def creates(self) -> bool:
        """Whether there was no such stack before."""
        return self.before is None

    def describe(self) -> str:
        """Return one line for a person."""
        return f"stack {self.name}: {_spoken(self.before)} → {_spoken(self.after)}"

    def observe(self, aws: Aws) -> Observed:
        """Return which side the stack is on; MOVING while CloudFormation works at it."""
        stack = self._read(aws)
        if stack is None:
            identity = ""
        elif stack["StackStatus"].endswith("_IN_PROGRESS"):
            return Observed.MOVING
        elif stack["StackStatus"] not in _SURVIVED:
            return Observed.DRIFT
        else:
            identity = tag(stack, TAG)
            if not identity:
                return Observed.DRIFT
        return {_identity(self.before): Observed.BEFORE, _identity(self.after): Observed.AFTER}.get(
            identity, Observed.DRIFT
        )

    def _read(self, aws: Aws) -> Document | None:
        return stack_named(aws, self.name)

    def apply(self, aws: Aws) -> str:
        """Start going to the side after; return the stack's id."""
        return self._go(aws, self.before, self.after)

    def undo(self, aws: Aws) -> str:
        """Start going back to the side before, as :meth:`apply` does."""
        return self._go(aws, self.after, self.before)

    def _go(self, aws: Aws, start: dict[str, Any] | None, end: dict[str, Any] | None) -> str:
        if end is None:
            number = (self._read(aws) or {}).get("StackId", self.name)
            aws.call("cloudformation", "delete_stack", StackName=self.name)
            return str(number)
        verb = "create_stack" if start is None else "update_stack"
        extra = {"OnFailure": "DELETE"} if start is None else {}
        answer = aws.call(
            "cloudformation",
            verb,
            StackName=self.name,
            TemplateURL=end["template"],
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value} for name, value in sorted(end["parameters"].items())
            ],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
            Tags=[
                {"Key": TAG, "Value": _identity(end)},
                {"Key": TEMPLATE_TAG, "Value": end["template"]},
                {"Key": SHA256_TAG, "Value": end["sha256"]},
            ],
            **extra,
        )
        return str(answer["StackId"])

    def failure(self, aws: Aws, job: str, to: Observed) -> AwsError:
        """Return why CloudFormation, which is done, did not get there; it has gone back to where it was."""
        start, end = (self.before, self.after) if to is Observed.AFTER else (self.after, self.before)
        verb = "DELETE" if end is None else "UPDATE" if start else "CREATE"
        return AwsError(
            f"stack `{self.name}` failed: {self._reason(aws, job, f'{verb}_IN_PROGRESS')}",
            hint="CloudFormation has rolled it back; fix the template or its parameters, then run again",
        )

    def _reason(self, aws: Aws, number: str, began: str) -> str:
        """Return the first failure since the operation began; a stack that is gone is still known by its id."""
        failed = []
        try:
            for each in aws.pages("cloudformation", "describe_stack_events", "StackEvents", StackName=number):
                status = each.get("ResourceStatus", "")
                if status.endswith("FAILED"):
                    failed.append(each)
                if status == began and each.get("PhysicalResourceId") == each.get("StackId"):
                    break  # what is older is about operations before
        except AwsError:
            return "it was deleted again"
        told = [each for each in failed if "cancelled" not in each.get("ResourceStatusReason", "").lower()]
        first = (told or failed or [{}])[-1]
        return f"{first.get('LogicalResourceId', 'it')}: {first.get('ResourceStatusReason', 'no reason given')}"

    def aws_calls(self) -> tuple[Call, ...]:
        """Return every call that it may make, there and back."""
        made = None in (self.before, self.after)
        changing = "CreateStack DeleteStack" if made else "UpdateStack"
        return calls("cloudformation", f"DescribeStacks DescribeStackEvents {changing}", StackName=self.name)

    def current(self, aws: Aws) -> str:
        """Return what is there now, in one line."""
        stack = self._read(aws)
        if stack is None:
            return f"no stack {self.name}"
        status, source = stack["StackStatus"], tag(stack, TAG)[:12] or "something else"
        return f"stack {self.name} in {status}, made from {source}" + (remedy(stack) and f"; {remedy(stack)}")


def stack_named(aws: Aws, name: str) -> Document | None:
    """Return a stack that is not deleted, or None."""
    try:
        answer = read_or_none(aws, "cloudformation", "describe_stacks", StackName=name)
    except AwsError as error:
        if error.aws_code == "ValidationError" and "does not exist" in error.message:
            return None  # CloudFormation's way of saying that it is not there
        raise
    stacks = answer["Stacks"] if answer else []
    return next((each for each in stacks if each["StackStatus"] != "DELETE_COMPLETE"), None)


def remedy(stack: Document) -> str:
    """Return what brings a stack back that CloudFormation has given up, or "" where it has not."""
    status, named = stack["StackStatus"], f"--stack-name {stack['StackName']}"
    if status.endswith("_IN_PROGRESS") or status in _SURVIVED:
        return ""
    if status.startswith("UPDATE"):
        return f"`aws cloudformation continue-update-rollback {named}` brings it back"
    return f"`aws cloudformation delete-stack {named}` takes it away"


def side_of(stack: Document | None) -> dict[str, Any] | None:
    """Return what a stack was made from, in the form of `before` and `after`; None where we have not made it."""
    if stack is None or not tag(stack, TAG):
        return None
    parameters = {each["ParameterKey"]: str(each["ParameterValue"]) for each in stack.get("Parameters", ())}
    return {"template": tag(stack, TEMPLATE_TAG), "sha256": tag(stack, SHA256_TAG), "parameters": parameters}


def tag(stack: Document, key: str) -> str:
    """Return a tag of a stack, or ""."""
    return next((str(each["Value"]) for each in stack.get("Tags", ()) if each["Key"] == key), "")


def _identity(side: dict[str, Any] | None) -> str:
    return sha256({"template": side["sha256"], "parameters": side["parameters"]}) if side else ""


def _spoken(side: dict[str, Any] | None) -> str:
    return _identity(side)[:12] if side else "none"
