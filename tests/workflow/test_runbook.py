"""A step of a runbook: every call that it would make, each with the look that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.aws.permissions import Call
from lambda_migrate.aws.rehearsal import Rehearsal
from lambda_migrate.engine.plan import Step
from lambda_migrate.errors import MigrateError
from lambda_migrate.report.model import Typed
from lambda_migrate.workflow.runbook import instruction

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws

TRUST = "{}"


@dataclass(frozen=True)
class MakeRole:
    """Makes a role with a policy, and waits for it where it is to."""

    kind: ClassVar[str] = "make_role"
    reversible: ClassVar[bool] = False
    symbol: ClassVar[str] = "+"
    waits: bool = False

    def describe(self) -> str:
        return "role r"

    def aws_calls(self) -> tuple[Call, ...]:
        return tuple(Call(f"iam:{name}") for name in ("GetRole", "CreateRole", "PutRolePolicy", "DeleteRole"))

    def observe(self, aws: Aws) -> Observed:
        for operation, more in (("get_role", {}), ("get_role_policy", {"PolicyName": "p"})):
            try:
                aws.call("iam", operation, RoleName="r", **more)
            except MigrateError:
                continue
        return Observed.BEFORE

    def apply(self, aws: Aws) -> None:
        made = aws.call("iam", "create_role", RoleName="r", AssumeRolePolicyDocument=TRUST)
        if self.waits:
            aws.sleep(1.0)
        aws.call("iam", "put_role_policy", RoleName="r", PolicyName="p", PolicyDocument=made["Role"]["Arn"])

    def undo(self, aws: Aws) -> None:
        aws.call("iam", "delete_role", RoleName="r")

    def current(self, _aws: Aws) -> str:
        return ""


CREATE = f"aws iam create-role --role-name r --assume-role-policy-document '{TRUST}'"
PUT = "aws iam put-role-policy --role-name r --policy-name p --policy-document ARN"
SEE_ROLE, SEE_POLICY = "aws iam get-role --role-name r", "aws iam get-role-policy --role-name r --policy-name p"


@pytest.fixture
def rehearsal(monkeypatch: pytest.MonkeyPatch) -> Rehearsal:
    for name, value in (("AWS_MAX_ATTEMPTS", "1"), ("AWS_ACCESS_KEY_ID", "k"), ("AWS_SECRET_ACCESS_KEY", "s")):
        monkeypatch.setenv(name, value)
    return Rehearsal(region="eu-west-1", endpoint_url="http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("waits", "typed"),
    [(False, (Typed(CREATE, SEE_ROLE), Typed(PUT, SEE_POLICY))), (True, (Typed(CREATE, SEE_ROLE),))],
)
def test_each_call_is_shown_with_the_look_that_is_about_the_same(
    waits: bool, typed: tuple[Typed, ...], rehearsal: Rehearsal
) -> None:
    step: Any = Step("01-make_role", MakeRole(waits))  # type: ignore[arg-type]  # an action of this test

    made = instruction(step, rehearsal, first=True)

    assert (made.typed, made.more, made.calls, made.check) == (typed, waits, (), "")
