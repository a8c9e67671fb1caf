"""The resources that the questions are asked with: made once, deleted at the end."""

from __future__ import annotations

import io
import json
import time
import urllib.error
import urllib.request
import zipfile
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

SOURCE = """
import json, time

def handler(event, context):
    version = context.function_version
    if isinstance(event, dict) and event.get("fail"):
        raise ValueError("asked to fail")
    print(json.dumps({
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [{
            "Namespace": "LambdaMigrateCheck", "Dimensions": [["FunctionName", "FunctionVersion"]],
            "Metrics": [{"Name": "Proxied", "Unit": "Count"}]}]},
        "timestamp": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime()), "level": "INFO",
        "FunctionName": context.function_name, "FunctionVersion": version, "Proxied": 1}))
    path = event.get("rawPath", "") if isinstance(event, dict) else ""
    return {"statusCode": 200, "body": json.dumps({"version": version, "path": path})}
"""
"""Says which version ran and for which path, and writes a line in the embedded metric format as the proxy does."""

POLICIES = ("service-role/AWSLambdaBasicExecutionRole", "service-role/AWSLambdaSQSQueueExecutionRole")


@dataclass(frozen=True)
class Answer:
    """What AWS answered.

    Attributes:
        question: The question's name.
        text: The answer, one line.
        open: Whether the question could not be asked to its end.
    """

    question: str
    text: str
    open: bool = False


@dataclass
class World:
    """An account, and what was made in it.

    Attributes:
        client: Returns the boto3 client of a service, with other credentials where they are given as boto3 takes them.
        name: What everything is named.
        account: The account's id; "" before :meth:`prepare`.
        partition: ``aws``, ``aws-cn``, ``aws-us-gov``, known from then on.
        arn: The function's ARN.
        first: The first published version; alias `live` points at it.
        second: Another published version of the same code.
        patience: Share of the time that AWS is given to spread something; an emulator needs little of it.
    """

    client: Callable[..., Any]
    region: str
    name: str = field(default_factory=lambda: f"lm-check-{uuid4().hex[:8]}")
    account: str = ""
    partition: str = "aws"
    arn: str = ""
    first: str = ""
    second: str = ""
    patience: float = 1.0
    _undo: list[tuple[Callable[..., Any], dict[str, Any]]] = field(default_factory=list)

    @classmethod
    def of(cls, profile: str | None, region: str | None, endpoint_url: str | None) -> World:
        """Return the world of an account; makes nothing yet."""
        session = boto3.Session(profile_name=profile, region_name=region)
        patience = 0.02 if endpoint_url else 1.0
        clients = partial(session.client, endpoint_url=endpoint_url)
        return cls(clients, session.region_name or "", patience=patience)

    def later(self, call: Callable[..., Any], **parameters: Any) -> None:
        """Call this at the end, the latest first."""
        self._undo.append((call, parameters))

    def clean_up(self) -> list[str]:
        """Delete everything that was made; return what could not be."""
        left = []
        for call, parameters in reversed(self._undo):
            try:
                call(**parameters)
            except (ClientError, BotoCoreError) as error:
                if not any(word in str(error) for word in ("NotFound", "NoSuchEntity")):
                    left.append(f"{call.__name__} {parameters}: {error}")
        return left

    def prepare(self) -> None:
        """Make a role, a function with two versions, and its alias `live`."""
        identity = self.client("sts").get_caller_identity()
        self.account, self.partition = identity["Account"], identity["Arn"].split(":")[1]
        lambdas = self.client("lambda")
        self.arn = self._function(self.role("lambda.amazonaws.com", POLICIES))
        self.first = self.publish("original")
        self.second = self.publish("second")
        lambdas.create_alias(FunctionName=self.name, Name="live", FunctionVersion=self.first)

    def role_for(self, service: str, document: dict[str, Any], *, of_this_account: bool = False) -> str:
        """Make a role that a service may assume, for this account alone if need be, with one policy; return its ARN."""
        name = f"{self.name}-{service.partition('.')[0]}"
        role = self.role(service, (), name, of_this_account=of_this_account)
        iam = self.client("iam")
        iam.put_role_policy(RoleName=name, PolicyName="check", PolicyDocument=json.dumps(document))
        self.later(iam.delete_role_policy, RoleName=name, PolicyName="check")
        return role

    def acting_as(self, name: str, action: str, resource: str) -> dict[str, str]:
        """Make a role that may do one thing, and return credentials of it, as boto3's clients take them."""
        iam, sts, name = self.client("iam"), self.client("sts"), f"{self.name}-{name}"
        statement = {"Effect": "Allow", "Principal": {"AWS": self.account}, "Action": "sts:AssumeRole"}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self.later(iam.delete_role, RoleName=name)
        allowed = {"Effect": "Allow", "Action": action, "Resource": resource}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        iam.put_role_policy(RoleName=name, PolicyName="check", PolicyDocument=policy)
        self.later(iam.delete_role_policy, RoleName=name, PolicyName="check")
        time.sleep(15 * self.patience)  # IAM spreads it
        found = sts.assume_role(RoleArn=arn, RoleSessionName="check")["Credentials"]
        return {
            "aws_access_key_id": found["AccessKeyId"],
            "aws_secret_access_key": found["SecretAccessKey"],
            "aws_session_token": found["SessionToken"],
        }

    def role(self, service: str, policies: tuple[str, ...], name: str = "", *, of_this_account: bool = False) -> str:
        """Make a role that a service may assume, with policies that AWS manages; return its ARN."""
        iam, name = self.client("iam"), name or self.name
        statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        if of_this_account:
            statement["Condition"] = {"StringEquals": {"aws:SourceAccount": self.account}}
        trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        arn = str(iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"])
        self.later(iam.delete_role, RoleName=name)
        for policy in policies:
            policy_arn = f"arn:{self.partition}:iam::aws:policy/{policy}"
            iam.attach_role_policy(RoleName=name, PolicyArn=policy_arn)
            self.later(iam.detach_role_policy, RoleName=name, PolicyArn=policy_arn)
        return arn

    def _function(self, role: str) -> str:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("app.py", SOURCE)
        lambdas = self.client("lambda")
        wanted = {"FunctionName": self.name, "Runtime": "python3.12", "Handler": "app.handler", "Timeout": 20}

        def made() -> str:
            try:
                code = {"ZipFile": archive.getvalue()}
                return str(lambdas.create_function(**wanted, Role=role, Code=code)["FunctionArn"])
            except ClientError as error:
                if "assume" not in str(error):
                    raise
                return ""  # IAM has not spread the role yet

        arn = first_true(made, seconds=90, pause=5)
        self.later(lambdas.delete_function, FunctionName=self.name)
        self.wait_until_updated()
        return str(arn)

    def publish(self, description: str, **changed: Any) -> str:
        """Change `$LATEST`, publish it, and return the version's number."""
        lambdas = self.client("lambda")
        variables = {"Variables": {"DESCRIPTION": description}}
        lambdas.update_function_configuration(FunctionName=self.name, **({"Environment": variables} | changed))
        self.wait_until_updated()
        return str(lambdas.publish_version(FunctionName=self.name, Description=description)["Version"])

    def wait_until_updated(self) -> None:
        """Wait until the function can be changed again."""
        waiter = self.client("lambda").get_waiter("function_updated_v2")
        waiter.wait(FunctionName=self.name, WaiterConfig={"Delay": 1, "MaxAttempts": 120})

    def version_behind(self, qualifier: str) -> str:
        """Invoke a qualifier; return the version that ran."""
        answer = self.client("lambda").invoke(FunctionName=self.name, Qualifier=qualifier, Payload=b"{}")
        return str(answer["ExecutedVersion"])


def first_true(look: Callable[[], Any], *, seconds: float, pause: float = 0.5) -> Any:
    """Look until something is seen, or the time is over; return what was seen last."""
    end = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < end:
        time.sleep(pause)
    return seen


def duration_until(look: Callable[[], Any], *, seconds: float, pause: float = 0.5) -> float | None:
    """Return how many seconds it took until something was seen, or None."""
    began = time.monotonic()
    return time.monotonic() - began if first_true(look, seconds=seconds, pause=pause) else None


def refusal(call: Callable[..., Any], **parameters: Any) -> str:
    """Return AWS's code and words where it refuses a call, or "accepted"."""
    try:
        call(**parameters)
    except ClientError as error:
        found = error.response["Error"]
        return f"{found.get('Code')}: {found.get('Message')}"
    return "accepted"


def get(url: str) -> tuple[int, str]:
    """Return status and version that an HTTP API answers with."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # the address is API Gateway's own
            return answer.status, str(json.loads(answer.read() or b"{}").get("version", ""))
    except urllib.error.HTTPError as error:
        return error.code, ""
