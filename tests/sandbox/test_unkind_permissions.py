"""Each unkindness about who may call, and how often: denied, asked for, throttled, roles that come late."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from lambda_migrate.aws.permissions import Permission
from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
from lambda_migrate.sandbox.unkindness import Unkindness
from tests.actions.stage import trust
from tests.sandbox.refusing import refused
from tests.support.embedded_aws import function_maker
from tests.support.operator import asking_aws
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws


def test_a_new_role_cannot_be_assumed_at_once(
    client: Callable[[str], Any], unkind: Callable[..., None], unique: str
) -> None:
    unkind(roles_lag=600.0)
    role = client("iam").create_role(RoleName=unique, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    client("events").put_rule(Name=unique, ScheduleExpression="rate(1 day)")
    target = {"Id": "1", "Arn": f"arn:aws:sqs:us-east-1:000000000000:{unique}", "RoleArn": role}

    def put() -> Any:
        return client("events").put_targets(Rule=unique, Targets=[target])

    assert refused(put) == "ValidationException"
    unkind(roles_lag=1.0)
    eventually(lambda: _succeeds(put))


def _succeeds(call: Callable[[], Any]) -> bool:
    try:
        call()
    except ClientError:
        return False
    return True


def test_a_call_is_denied_and_another_is_not(
    client: Callable[[str], Any], function: str, unkind: Callable[..., None]
) -> None:
    unkind(denied=("lambda:UpdateAlias", "sns:CreateTopic"))
    lambdas = client("lambda")

    codes = [
        refused(lambda: lambdas.update_alias(FunctionName=function, Name="live", FunctionVersion="2")),
        refused(lambda: client("sns").create_topic(Name=function)),
    ]

    assert codes == ["AccessDeniedException", "AccessDenied"]
    assert lambdas.get_alias(FunctionName=function, Name="live")["FunctionVersion"] == "1"


@pytest.mark.sandbox
def test_policies_decide_what_a_user_may_do(tmp_path: Path) -> None:
    allowed = {"Effect": "Allow", "Action": "sns:*", "Resource": "*"}
    denied = {"Effect": "Deny", "Action": "sns:Unsubscribe", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed, denied]})
    with EmbeddedAws.start(tmp_path, Unkindness(permissions_asked=True)) as aws:
        iam = _session("test", "test").client("iam", endpoint_url=aws.endpoint_url)
        iam.create_user(UserName="operator")
        iam.put_user_policy(UserName="operator", PolicyName="most", PolicyDocument=document)
        key = iam.create_access_key(UserName="operator")["AccessKey"]
        sns = _session(key["AccessKeyId"], key["SecretAccessKey"]).client("sns", endpoint_url=aws.endpoint_url)

        topic = sns.create_topic(Name="orders")["TopicArn"]
        codes = [
            refused(lambda: sns.unsubscribe(SubscriptionArn=f"{topic}:1f2e3d4c-0000-0000-0000-000000000000")),
            refused(_session("wrong", "wrong").client("iam", endpoint_url=aws.endpoint_url).list_users),
        ]

    assert codes == ["AuthorizationError", "InvalidClientTokenId"]


@pytest.mark.processes
def test_permissions_of_lambda_are_named_as_aws_names_them(tmp_path: Path) -> None:
    with asking_aws(tmp_path) as (aws, operator):
        operator.client("iam").create_role(
            RoleName="orders", AssumeRolePolicyDocument=json.dumps(trust("lambda.amazonaws.com"))
        )
        arn = function_maker(operator.client, aws.account, "orders")()
        key = operator.environment
        functions = _session(key["AWS_ACCESS_KEY_ID"], key["AWS_SECRET_ACCESS_KEY"]).client(
            "lambda", endpoint_url=aws.endpoint_url
        )
        number = operator.client("lambda").publish_version(FunctionName="orders")["Version"]
        operator.client("lambda").create_alias(FunctionName="orders", Name="live", FunctionVersion=number)
        operator.may([Permission("lambda:GetAlias", arn), Permission("lambda:GetFunctionConfiguration", f"{arn}:?*")])

        functions.get_alias(FunctionName="orders", Name="live")
        functions.get_function_configuration(FunctionName="orders", Qualifier="live")
        codes = [
            refused(lambda: functions.list_aliases(FunctionName="orders")),
            refused(lambda: functions.update_alias(FunctionName="orders", Name="live")),
            refused(lambda: functions.get_function_configuration(FunctionName="orders")),
        ]

    assert codes == ["AccessDeniedException"] * 3


def _session(identifier: str, secret: str) -> boto3.Session:
    return boto3.Session(aws_access_key_id=identifier, aws_secret_access_key=secret, region_name="us-east-1")


def test_changes_are_throttled_and_looks_are_not(
    client: Callable[[str], Any], function: str, unkind: Callable[..., None]
) -> None:
    unkind(throttled=1)
    lambdas = client("lambda")

    codes = [
        refused(lambda: lambdas.delete_alias(FunctionName=function, Name="live")),
        refused(lambda: client("sns").create_topic(Name=function)),
        refused(lambda: client("events").put_rule(Name=function, ScheduleExpression="rate(1 day)")),
    ]

    assert codes == ["TooManyRequestsException", "Throttling", "ThrottlingException"]
    assert lambdas.get_alias(FunctionName=function, Name="live")["FunctionVersion"] == "1"


def test_what_is_throttled_now_and_then_is_tried_again(aws: Aws, unique: str, unkind: Callable[..., None]) -> None:
    unkind(throttled=2)

    made = [aws.call("sns", "create_topic", Name=f"{unique}-{number}")["TopicArn"] for number in range(4)]
    queues = [aws.call("sqs", "create_queue", QueueName=f"{unique}-{number}")["QueueUrl"] for number in range(4)]

    assert (len(set(made)), len(set(queues))) == (4, 4)


def test_nobody_may_make_a_role_without_a_boundary(
    client: Callable[[str], Any], unkind: Callable[..., None], unique: str
) -> None:
    iam, boundary = client("iam"), "arn:aws:iam::aws:policy/ReadOnlyAccess"
    unkind(roles_bounded=True)

    code = refused(lambda: iam.create_role(RoleName=unique, AssumeRolePolicyDocument="{}"))
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument="{}", PermissionsBoundary=boundary)

    assert code == "AccessDenied"
