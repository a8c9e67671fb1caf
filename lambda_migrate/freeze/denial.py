"""A hard freeze: an IAM denial of every call that changes the function, for those who deploy it.

A denial has to be in a policy of whoever is denied: Lambda's own resource policy takes no denials from AddPermission,
and a service control policy belongs to the organisation. So it is an inline policy of the roles and users that deploy:
it takes nothing else from them, it is the last word whatever else allows the call, and deleting it leaves no trace.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.iam.put_role_policy import PutRolePolicy
from lambda_migrate.actions.iam.put_user_policy import PutUserPolicy
from lambda_migrate.aws.documents import read_or_none
from lambda_migrate.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_migrate.actions.base import Action
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.freeze.attribution import Attribution

DENIED = (
    "lambda:AddPermission",
    "lambda:CreateAlias",
    "lambda:CreateFunctionUrlConfig",
    "lambda:DeleteAlias",
    "lambda:DeleteFunction",
    "lambda:DeleteFunctionCodeSigningConfig",
    "lambda:DeleteFunctionConcurrency",
    "lambda:DeleteFunctionEventInvokeConfig",
    "lambda:DeleteFunctionUrlConfig",
    "lambda:DeleteProvisionedConcurrencyConfig",
    "lambda:PublishVersion",
    "lambda:PutFunctionCodeSigningConfig",
    "lambda:PutFunctionConcurrency",
    "lambda:PutFunctionEventInvokeConfig",
    "lambda:PutFunctionRecursionConfig",
    "lambda:PutFunctionScalingConfig",
    "lambda:PutProvisionedConcurrencyConfig",
    "lambda:PutRuntimeManagementConfig",
    "lambda:RemovePermission",
    "lambda:UpdateAlias",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
    "lambda:UpdateFunctionEventInvokeConfig",
    "lambda:UpdateFunctionUrlConfig",
)
"""Every call of Lambda that changes a function and can be denied by its ARN."""

_ASSUMED = re.compile(r"^arn:(aws[\w-]*):sts::(\d{12}):assumed-role/([^/]+)/")
_PRINCIPAL = re.compile(r"^arn:aws[\w-]*:iam::(\d{12}):(role|user)/(?:.*/)?([^/]+)$")
_UNCHANGEABLE = {
    "AWSReservedSSO_": "belongs to IAM Identity Center: deny it there, or in a service control policy",
    "AWSServiceRoleFor": "belongs to an AWS service and cannot be denied",
}
"""How the names of roles begin that nobody but their owner may change, and what to say of them."""


@dataclass(frozen=True)
class Principal:
    """A role or a user: ``role/deployer``, ``user/anna``.

    Attributes:
        kind: ``role`` or ``user``.
        name: Its name, without a path.
        account: Its account, where that is known; else "".
    """

    kind: str
    name: str
    account: str = ""

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    def obstacle(self, account: str) -> str:
        """Return why no policy can be put into it from this account, or ""."""
        if self.account not in ("", account):
            return f"belongs to account {self.account}: deny it there"
        return next((told for start, told in _UNCHANGEABLE.items() if self.name.startswith(start)), "")


def principal(text: str) -> Principal:
    """Read ``role/deployer``, ``user/anna``, or an ARN of either.

    Raises:
        ConfigError: It is neither.
    """
    assumed = _ASSUMED.match(text)
    if assumed:
        return Principal("role", assumed[3], assumed[2])
    whole = _PRINCIPAL.match(text)
    kind, _, name = (f"{whole[2]}/{whole[3]}" if whole else text).partition("/")
    if kind not in ("role", "user") or not re.fullmatch(r"[\w+=,.@-]+", name):
        raise ConfigError(f"`{text}` is neither a role nor a user", hint="write it like role/deployer or user/anna")
    return Principal(kind, name, whole[1] if whole else "")


def deployers(calls: Iterable[Attribution], migrating: str) -> tuple[Principal, ...]:
    """Return who has changed the function lately, less whoever migrates it.

    Args:
        calls: As CloudTrail shows them.
        migrating: ARN of the caller.
    """
    own = _own(migrating)
    arns = set()
    for call in calls:
        try:
            arns.add(principal(call.who))
        except ConfigError:
            continue  # an AWS service, or the account itself: no policy can be put into it
    return tuple(sorted(arns - {own}, key=str))


def missing(aws: Aws, whom: Principal) -> str:
    """Return that there is nobody of that name, or ""."""
    named = {"role": "RoleName", "user": "UserName"}[whom.kind]
    return (
        "" if read_or_none(aws, "iam", f"get_{whom.kind}", **{named: whom.name}) else "does not exist in this account"
    )


def policy(function_arn: str, migrating: str) -> dict[str, Any]:
    """Return the denial.

    Args:
        function_arn: The function's ARN, unqualified.
        migrating: ARN of the caller, who is exempt: the migration itself changes the function.
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "CodeFreeze",
                "Effect": "Deny",
                "Action": list(DENIED),
                "Resource": [function_arn, f"{function_arn}:*"],
                "Condition": {"ArnNotLike": {"aws:PrincipalArn": exempt(migrating)}},
            }
        ],
    }


def exempt(caller: str) -> list[str]:
    """Return what ``aws:PrincipalArn`` may be for a caller: of an assumed role, the role, at whatever path."""
    assumed = _ASSUMED.match(caller)
    if not assumed:
        return [caller]
    roles = f"arn:{assumed[1]}:iam::{assumed[2]}:role"
    return [f"{roles}/{assumed[3]}", f"{roles}/*/{assumed[3]}"]


def policy_name(function: str) -> str:
    """Return the name of the inline policy."""
    return f"lambda-migrate-freeze-{function}"[:128]


def action(whom: Principal, function: str, document: dict[str, Any]) -> Action:
    """Return the action that denies a principal, and that undo takes away again."""
    if whom.kind == "user":
        return PutUserPolicy(whom.name, policy_name(function), document)
    return PutRolePolicy(whom.name, policy_name(function), document)


def _own(migrating: str) -> Principal | None:
    try:
        return principal(migrating)
    except ConfigError:
        return None
