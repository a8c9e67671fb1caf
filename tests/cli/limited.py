"""Somebody who migrates a function, and may do no more than a policy lets them, on an AWS that asks for permissions."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from lambda_migrate.aws.permissions import Permission
from tests.actions.stage import trust
from tests.inventory.world import build
from tests.support.embedded_aws import function_maker
from tests.support.operator import asking_aws
from tests.support.screen import call
from tests.support.service import serving

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.support.operator import Operator
    from tests.support.screen import Answer


@dataclass
class Migrating:
    """Somebody who migrates a function, as root or as the operator.

    Attributes:
        aws: The embedded AWS.
        operator: Who may do what a test says.
        patch: Sets whose credentials are used.
        name: The function's name.
        folder: With migration.yaml.
    """

    aws: EmbeddedAws
    operator: Operator
    patch: pytest.MonkeyPatch
    name: str
    folder: Path

    def root(self, *arguments: str) -> Answer:
        return self._run(self.aws.environment, arguments)

    def limited(self, *arguments: str) -> Answer:
        return self._run(self.operator.environment, arguments)

    def _run(self, environment: dict[str, str], arguments: Iterable[str]) -> Answer:
        for name, value in environment.items():
            self.patch.setenv(name, value)
        return call(*arguments)

    def policy(self, phase: str, *arguments: str) -> list[Permission]:
        """Return what the policy of a phase allows, as the command prints it."""
        answer = self.root("policy", "--phase", phase, *arguments, "--json")
        assert answer.code == 0, answer.err
        return [each for policy in answer.json["data"]["policies"] for each in permissions(policy["document"])]


def permissions(document: dict[str, Any]) -> Iterator[Permission]:
    for statement in document["Statement"]:
        (condition,) = statement.get("Condition", {"": {}}).items()
        operator, keys = condition
        met = next(((operator, key, value) for key, value in keys.items()), ())
        for action in listed(statement["Action"]):
            for resource in listed(statement["Resource"]):
                yield Permission(action, resource, met)


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[EmbeddedAws, Operator]]:
    with asking_aws(tmp_path_factory.mktemp("asking")) as account:
        yield account


@pytest.fixture
def bare(account: tuple[EmbeddedAws, Operator], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Migrating]:
    """Somebody with a function that nothing invokes."""
    with _somebody(account, tmp_path, monkeypatch) as somebody:
        yield somebody


@pytest.fixture
def migrating(bare: Migrating) -> Migrating:
    """Somebody with a function that a trigger of each kind invokes."""
    arn = f"arn:aws:lambda:{bare.aws.region}:{bare.aws.account}:function:{bare.name}"
    build(bare.operator.client, arn)
    return bare


@contextmanager
def _somebody(account: tuple[EmbeddedAws, Operator], folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Migrating]:
    aws, operator = account
    patch.chdir(folder)
    patch.delenv("AWS_SESSION_TOKEN", raising=False)
    name, client = f"t{uuid4().hex[:10]}", operator.client
    client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust("lambda.amazonaws.com")))
    function_maker(client, aws.account, name)()
    client("secretsmanager").create_secret(Name=f"{name}/keys", SecretString="k1:the-signing-secret")
    with serving() as service:
        (folder / "migration.yaml").write_text(
            f"function: {name}\nservice: {{url: '{service.url}', directory: '.'}}\n"
            f"proxy: {{signing_keys: 'secretsmanager:{name}/keys'}}\n"
            "cutover: {propagation: false, bake: 1s, weights: [100]}\n"
            "verify: {timeout: 1s, slow: 60s, probes: 1, arrival: 0s}\n"
        )
        yield Migrating(aws, operator, patch, name, folder)
