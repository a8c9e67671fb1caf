"""Callers that stand in a document of another service: found there, by what identifies them in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate import inventory
from lambda_migrate.errors import AwsError, NotAllowed, NotFound
from tests.inventory.fake_aws import FUNCTION, FakeAws, statement
from tests.inventory.taking import fake, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.inventory import Inventory

HERE = "eu-west-1:123456789012"


@dataclass(frozen=True)
class Granting:
    """Makes things in the embedded AWS that the function's policy lets invoke it."""

    client: Callable[[str], Any]
    name: str
    arn: str

    def allow(self, service: str, source: str = "") -> None:
        given = {"SourceArn": source} if source else {}
        self.client("lambda").add_permission(
            FunctionName=self.name,
            StatementId=f"{service.partition('.')[0]}{len(source)}",
            Action="lambda:InvokeFunction",
            Principal=service,
            **given,
        )

    def bucket(self, suffix: str, **functions: str) -> str:
        """Return the ARN of a bucket with a notification for each function."""
        name = f"{self.name}-{suffix}"
        self.client("s3").create_bucket(Bucket=name)
        entries = [
            {
                "Id": identity,
                "LambdaFunctionArn": arn,
                "Events": ["s3:ObjectCreated:*"],
                "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": identity}]}},
            }
            for identity, arn in functions.items()
        ]
        self.client("s3").put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"LambdaFunctionConfigurations": entries}
        )
        return f"arn:aws:s3:::{name}"


@pytest.fixture
def granting(client: Callable[[str], Any], make_function: Callable[..., str], unique: str) -> Granting:
    return Granting(client, unique, make_function())


def shown(found: Inventory, granting: Granting) -> list[tuple[str, str, str, str]]:
    """Return kind, name, qualifier and how, without the function's own name."""
    return [
        (each.kind, each.name.replace(granting.name, "FN"), each.qualifier, each.settings.detail)
        for each in found.triggers
    ]


@pytest.mark.sandbox
def test_each_notification_of_a_bucket_that_is_the_function_is_found_by_its_id(aws: Aws, granting: Granting) -> None:
    arn = granting.arn
    granting.allow("s3.amazonaws.com", granting.bucket("in", first=arn, second=f"{arn}:live", theirs=f"{arn}-other"))
    granting.bucket("out", third=arn)

    found = inventory.take(aws, granting.name, alias="live")

    assert shown(found, granting) == [
        ("s3", "FN-in", "", "by notification first"),
        ("s3", "FN-in", "live", "by notification second"),
    ]


@pytest.mark.sandbox
def test_a_permission_for_any_bucket_has_all_of_them_looked_through(aws: Aws, granting: Granting) -> None:
    granting.allow("s3.amazonaws.com", f"arn:aws:s3:::{granting.name}-o*")
    for suffix in ("in", "out"):
        granting.bucket(suffix, ours=granting.arn)

    found = inventory.take(aws, granting.name, alias="live")

    assert shown(found, granting) == [("s3", "FN-out", "", "by notification ours")]


@pytest.mark.sandbox
def test_subscription_filters_are_found_in_the_groups_that_the_policy_names(aws: Aws, granting: Granting) -> None:
    logs = granting.client("logs")
    for group in ("in", "out"):
        logs.create_log_group(logGroupName=f"/{granting.name}/{group}")
        for name, arn in (("ours", granting.arn), ("theirs", f"{granting.arn}-other")):
            logs.put_subscription_filter(
                logGroupName=f"/{granting.name}/{group}", filterName=name, filterPattern="", destinationArn=arn
            )
    granting.allow("logs.amazonaws.com", f"arn:aws:logs:us-east-1:000000000000:log-group:/{granting.name}/in:*")

    found = inventory.take(aws, granting.name, alias="live")

    assert shown(found, granting) == [("logs", "/FN/in", "", "by filter ours")]


@pytest.mark.sandbox
def test_rules_pools_and_secrets_are_found_with_what_of_them_is_the_function(aws: Aws, granting: Granting) -> None:
    arn, name = granting.arn, granting.name
    rule = name.replace("-", "_")
    invoked = {"lambda": {"functionArn": arn}}
    actions = [{"sns": {"targetArn": "arn:x", "roleArn": "arn:y"}}, invoked]
    granting.client("iot").create_topic_rule(ruleName=rule, topicRulePayload={"sql": "SELECT *", "actions": actions})
    triggers = {"PreSignUp": arn, "CustomMessage": arn, "PostConfirmation": f"{arn}:7"}
    pool = granting.client("cognito-idp").create_user_pool(PoolName=name, LambdaConfig=triggers)["UserPool"]["Id"]
    secret = granting.client("secretsmanager").create_secret(Name=name, SecretString="{}")["ARN"]
    granting.client("secretsmanager").rotate_secret(
        SecretId=secret,
        RotationLambdaARN=arn,
        RotationRules={"AutomaticallyAfterDays": 30},
        RotateImmediately=False,
    )
    here = "us-east-1:000000000000"
    granting.allow("iot.amazonaws.com", f"arn:aws:iot:{here}:rule/{rule}")
    granting.allow("cognito-idp.amazonaws.com", f"arn:aws:cognito-idp:{here}:userpool/{pool}")
    granting.allow("secretsmanager.amazonaws.com")

    found = inventory.take(aws, name, alias="live")

    assert [(each.kind, each.qualifier) for each in found.triggers] == [
        ("iot", ""),
        ("cognito", ""),
        ("cognito", "7"),
        ("secretsmanager", ""),
    ]
    about: list[Any] = [each.settings for each in found.triggers]
    assert about[0].functions == {"1": arn}
    assert about[1].functions == {"PreSignUp": arn, "CustomMessage": arn}
    assert about[2].functions == {"PostConfirmation": f"{arn}:7"}
    assert (about[3].function, about[3].source) == (arn, secret)
    assert inventory.Inventory.from_dict(json.loads(json.dumps(found.to_dict()))) == found


POOL = f"arn:aws:cognito-idp:{HERE}:userpool/eu-west-1_x"
RULE = f"arn:aws:iot:{HERE}:rule/scans"
GROUP = f"arn:aws:logs:{HERE}:log-group:/shop:*"

UNREADABLE: list[tuple[str, str, str, str]] = [
    ("s3.amazonaws.com", "arn:aws:s3:::uploads", "s3:get_bucket_notification_configuration", "S3 bucket uploads"),
    ("s3.amazonaws.com", "arn:aws:s3:::up*", "s3:list_buckets", "S3 buckets"),
    ("logs.amazonaws.com", GROUP, "logs:describe_subscription_filters", "log group /shop"),
    ("logs.eu-west-1.amazonaws.com", "", "logs:describe_log_groups", "log groups"),
    ("iot.amazonaws.com", RULE, "iot:get_topic_rule", "IoT rule scans"),
    ("iot.amazonaws.com", "", "iot:list_topic_rules", "IoT rules"),
    ("cognito-idp.amazonaws.com", POOL, "cognito-idp:describe_user_pool", "Cognito user pool eu-west-1_x"),
    ("cognito-idp.amazonaws.com", "", "cognito-idp:list_user_pools", "Cognito user pools"),
    ("secretsmanager.amazonaws.com", "", "secretsmanager:list_secrets", "secrets"),
]


@pytest.mark.parametrize(("principal", "source", "call", "name"), UNREADABLE, ids=[each[2] for each in UNREADABLE])
@pytest.mark.parametrize("error", [NotAllowed("not allowed"), AwsError("no such service here")])
def test_what_cannot_be_read_is_unknown_by_its_name(
    error: Exception, principal: str, source: str, call: str, name: str
) -> None:
    aws = fake(statement("x", principal, source))
    aws.answers["logs:describe_account_policies"] = {"accountPolicies": []}
    aws.answers[call] = error
    if call == "iot:get_topic_rule":
        aws.answers["iot:list_topic_rules"] = {"rules": [{"ruleName": "scans"}]}

    found = take(aws)

    assert ("unknown", name, str(error)) in [(each.kind, each.name, each.settings.reason) for each in found.triggers]
    assert {each.kind for each in found.triggers} == {"unknown"}


@pytest.mark.parametrize(
    ("principal", "source", "call"),
    [
        ("s3.amazonaws.com", "arn:aws:s3:::uploads", "s3:get_bucket_notification_configuration"),
        ("logs.amazonaws.com", GROUP, "logs:describe_subscription_filters"),
        ("iot.amazonaws.com", RULE, "iot:get_topic_rule"),
        ("cognito-idp.amazonaws.com", POOL, "cognito-idp:describe_user_pool"),
    ],
)
def test_a_permission_of_what_is_gone_is_not_used(principal: str, source: str, call: str) -> None:
    aws = fake(statement("old", principal, source))
    aws.answers[call] = NotFound("gone")

    found = take(aws)

    assert found.triggers == ()
    assert found.warnings == (f"permission `old` is not used: `{source}` invokes nothing here",)


def test_a_rule_that_aws_iot_does_not_show_and_does_not_list_is_gone() -> None:
    """AWS IoT answers `UnauthorizedException` for a rule that does not exist."""
    aws = fake(statement("old", "iot.amazonaws.com", RULE))
    aws.answers["iot:get_topic_rule"] = AwsError("not authorized", aws_code="UnauthorizedException")
    aws.answers["iot:list_topic_rules"] = {"rules": [{"ruleName": "others"}]}

    assert take(aws).triggers == ()


def test_a_policy_of_the_account_that_sends_all_logs_to_the_function_is_found() -> None:
    aws = fake(statement("any", "logs.amazonaws.com", "*"))
    said = json.dumps({"DestinationArn": FUNCTION, "FilterPattern": ""})
    aws.answers["logs:describe_account_policies"] = {"accountPolicies": [{"policyName": "all", "policyDocument": said}]}

    found = [(each.kind, each.name, each.settings.detail) for each in take(aws).triggers]

    assert ("logs", "all", "a policy of the account") in found


def test_a_secret_that_is_being_rotated_and_one_whose_rotation_is_off_are_told_apart() -> None:
    aws: FakeAws = fake(statement("any", "secretsmanager.amazonaws.com"))
    stages = {"v1": ["AWSCURRENT"], "v2": ["AWSPENDING"]}
    aws.answers["secretsmanager:list_secrets"] = {
        "SecretList": [
            {"ARN": "arn:a", "Name": "a", "RotationLambdaARN": FUNCTION, "RotationEnabled": False},
            {
                "ARN": "arn:b",
                "Name": "b",
                "RotationLambdaARN": FUNCTION,
                "RotationEnabled": True,
                "SecretVersionsToStages": stages,
            },
            {"ARN": "arn:c", "Name": "c"},
        ]
    }
    settings: list[Any] = [(each.name, each.enabled, each.settings) for each in take(aws).triggers]

    assert [(name, enabled, each.pending) for name, enabled, each in settings] == [
        ("a", False, False),
        ("b", True, True),
    ]
