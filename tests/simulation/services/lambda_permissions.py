"""Lambda: resource policies and asynchronous settings, which belong to one qualifier each; and what it has not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.simulation.refusals import conflict, missing, stale
from tests.simulation.services.lambda_aliases import Aliases
from tests.simulation.shelf import Shelf

if TYPE_CHECKING:
    from tests.simulation.shelf import Document
    from tests.simulation.world import World

SPREAD = 10.0
"""Seconds until a permission is known everywhere, at most."""

_DEFAULTS = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 21600, "DestinationConfig": {}}

_CONDITIONS = {
    "SourceArn": ("ArnLike", "AWS:SourceArn"),
    "SourceAccount": ("StringEquals", "AWS:SourceAccount"),
    "PrincipalOrgID": ("StringEquals", "aws:PrincipalOrgID"),
}


class Permissions(Aliases):
    """Policies and asynchronous settings by ``function`` or ``function:qualifier``."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.policies = Shelf(world, spread=world.spread(SPREAD))
        self.asynchronous = Shelf(world)

    def shelves(self) -> tuple[Shelf, ...]:
        return *super().shelves(), self.policies, self.asynchronous

    def of_qualifiers(self) -> tuple[Shelf, ...]:
        return *super().of_qualifiers(), self.policies, self.asynchronous

    def _key(self, given: str, qualifier: str | None) -> str:
        name = self.require(given)
        if qualifier and not self.has(name, qualifier):
            raise missing(f"Function not found: {self.arn(name, qualifier)}")
        return f"{name}:{qualifier}" if qualifier else name

    def _wanted(self, given: str, qualifier: str | None) -> str:
        name = self.named(given)
        return f"{name}:{qualifier}" if qualifier else name

    def get_policy(self, *, FunctionName: str, Qualifier: str | None = None) -> Document:
        found = self.policies.seen(self._wanted(FunctionName, Qualifier))
        if found is None or not found["Statement"]:
            raise missing("The resource you requested")
        policy = {"Version": "2012-10-17", "Id": "default", "Statement": found["Statement"]}
        return {"Policy": json.dumps(policy), "RevisionId": found["RevisionId"]}

    def add_permission(
        self,
        *,
        FunctionName: str,
        StatementId: str,
        Action: str,
        Principal: str,
        Qualifier: str | None = None,
        RevisionId: str | None = None,
        **conditions: str,
    ) -> Document:
        key = self._key(FunctionName, Qualifier)
        before = self.policies.truth.get(key, {"Statement": [], "RevisionId": ""})
        if RevisionId not in (None, before["RevisionId"]):
            raise stale(f"the policy of {key}")
        if any(each["Sid"] == StatementId for each in before["Statement"]):
            raise conflict(f"The statement id ({StatementId}) provided already exists")
        who: Any = {"Service": Principal} if Principal.endswith(".amazonaws.com") else {"AWS": Principal}
        condition: dict[str, dict[str, str]] = {}
        for name, value in conditions.items():
            operator, about = _CONDITIONS[name]
            condition.setdefault(operator, {})[about] = value
        statement = {
            "Sid": StatementId,
            "Effect": "Allow",
            "Principal": "*" if Principal == "*" else who,
            "Action": Action,
            "Resource": self.arn(self.named(FunctionName), Qualifier or ""),
            **({"Condition": condition} if condition else {}),
        }
        self._write(key, [*before["Statement"], statement])
        return {"Statement": json.dumps(statement)}

    def _write(self, key: str, statements: list[Document]) -> None:
        self.policies.put(key, {"Statement": statements, "RevisionId": self.world.uuid()})

    def remove_permission(
        self, *, FunctionName: str, StatementId: str, Qualifier: str | None = None, RevisionId: str | None = None
    ) -> Document:
        key = self._key(FunctionName, Qualifier)
        before = self.policies.truth.get(key, {"Statement": [], "RevisionId": ""})
        kept = [each for each in before["Statement"] if each["Sid"] != StatementId]
        if len(kept) == len(before["Statement"]):
            raise missing(f"Statement {StatementId} is not found in resource policy")
        if RevisionId not in (None, before["RevisionId"]):
            raise stale(f"the policy of {key}")
        self._write(key, kept)
        return {}

    def get_function_event_invoke_config(self, *, FunctionName: str, Qualifier: str | None = None) -> Document:
        found = self.asynchronous.seen(self._wanted(FunctionName, Qualifier))
        if found is None:
            raise missing("The function's EventInvokeConfig")
        return dict(found)

    def put_function_event_invoke_config(
        self, *, FunctionName: str, Qualifier: str | None = None, **settings: Any
    ) -> Document:
        key = self._key(FunctionName, Qualifier)
        arn = self.arn(self.named(FunctionName), Qualifier or "$LATEST")
        modified = datetime.fromtimestamp(self.world.time.now, UTC)
        self.asynchronous.put(key, {**_DEFAULTS, **settings, "FunctionArn": arn, "LastModified": modified})
        return dict(self.asynchronous.truth[key])

    def delete_function_event_invoke_config(self, *, FunctionName: str, Qualifier: str | None = None) -> Document:
        key = self._key(FunctionName, Qualifier)
        if key not in self.asynchronous.truth:
            raise missing("The function's EventInvokeConfig")
        self.asynchronous.drop(key)
        return {}

    def list_function_event_invoke_configs(self, *, FunctionName: str) -> Document:
        name = self.named(FunctionName)
        own = [dict(each) for key, each in self.asynchronous.listed() if key.partition(":")[0] == name]
        return {"FunctionEventInvokeConfigs": own}

    def list_function_url_configs(self, *, FunctionName: str) -> Document:
        self.require(FunctionName)
        return {"FunctionUrlConfigs": []}

    def get_runtime_management_config(self, *, FunctionName: str) -> Document:
        return {"UpdateRuntimeOn": "Auto", "FunctionArn": self.arn(self.require(FunctionName))}

    def get_function_recursion_config(self, *, FunctionName: str) -> Document:
        self.require(FunctionName)
        return {"RecursiveLoop": "Terminate"}

    def get_function_code_signing_config(self, *, FunctionName: str) -> Document:
        return {"CodeSigningConfigArn": "", "FunctionName": self.require(FunctionName)}
