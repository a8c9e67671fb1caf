"""Somebody with a policy of their own, on an embedded AWS that asks for permissions."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.policy_document import documents
from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
from lambda_migrate.sandbox.unkindness import Unkindness
from tests.support.embedded_aws import clients_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from lambda_migrate.aws.permissions import Permission

NAME = "operator"

WIDER = (
    "events:*",
    "logs:*",
    "cloudwatch:*",
    "codebuild:BatchGetBuilds",
    "iam:*InstanceProfile",
    "iam:CreateServiceLinkedRole",
    "iam:SimulatePrincipalPolicy",
)
"""Actions for which the embedded AWS finds another resource than AWS does: there they are allowed on all."""


def emulated(permission: Permission) -> Permission:
    """Return what the embedded AWS asks for in place of what AWS does; docs/sandbox.md says where they differ."""
    resource = permission.resource
    if any(fnmatchcase(permission.action, pattern) for pattern in WIDER):
        resource = "*"
    return replace(permission, resource=resource, condition=())


@dataclass
class Operator:
    """A user of IAM whose policies the test decides.

    Attributes:
        client: Makes the clients of the account's root.
        environment: The user's credentials, as environment variables.
        attached: ARNs of the policies that the user has.
    """

    client: Callable[[str], Any]
    environment: dict[str, str]
    attached: list[str] = field(default_factory=list)
    _made: int = 0

    def may(self, permissions: Iterable[Permission]) -> None:
        """Let the user do just this from now on."""
        iam = self.client("iam")
        for arn in self.attached:
            iam.detach_user_policy(UserName=NAME, PolicyArn=arn)
            iam.delete_policy(PolicyArn=arn)
        self.attached = []
        for document in documents(map(emulated, permissions)):
            self._made += 1
            name = f"{NAME}-{self._made}"
            made = iam.create_policy(PolicyName=name, PolicyDocument=json.dumps(document))["Policy"]["Arn"]
            iam.attach_user_policy(UserName=NAME, PolicyArn=made)
            self.attached.append(made)


@contextmanager
def asking_aws(folder: Path) -> Iterator[tuple[EmbeddedAws, Operator]]:
    """Start an embedded AWS that asks for permissions, with a user who has none yet."""
    with EmbeddedAws.start(folder, Unkindness(permissions_asked=True)) as aws:
        client = clients_of(aws)
        client("iam").create_user(UserName=NAME)
        key = client("iam").create_access_key(UserName=NAME)["AccessKey"]
        secrets = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
        yield aws, Operator(client, {**aws.environment, **secrets})
