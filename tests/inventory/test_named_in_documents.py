"""Alarms, rules of Config and SES, delivery streams and data sources: found where they name the function."""

from __future__ import annotations

from typing import Any

import pytest

from lambda_migrate.errors import NotAllowed
from lambda_migrate.triggers import alarm, appsync, config_rule, firehose, ses
from lambda_migrate.triggers.base import Trigger
from tests.inventory.fake_aws import FUNCTION, FakeAws, statement
from tests.inventory.taking import fake, take

HERE = "eu-west-1:123456789012"
ALARM, LIVE = f"arn:aws:cloudwatch:{HERE}:alarm:late", f"{FUNCTION}:live"
RULE, STREAM = f"arn:aws:config:{HERE}:config-rule/1", f"arn:aws:firehose:{HERE}:deliverystream/clicks"
ROLE = "arn:aws:iam::123456789012:role/invoker"
PRINCIPALS = {
    "alarm": "lambda.alarms.cloudwatch.amazonaws.com",
    "config": "config.amazonaws.com",
    "ses": "ses.amazonaws.com",
}


def alarms(**asked: Any) -> dict[str, Any]:
    """Answer as CloudWatch does: the kinds of alarm that were asked for, by what their actions begin with."""
    assert asked["ActionPrefix"] == FUNCTION
    metric = {"AlarmName": "late", "AlarmArn": ALARM, "AlarmActions": ["arn:aws:sns:::t"], "OKActions": [FUNCTION]}
    other = {"AlarmName": "other", "AlarmArn": f"{ALARM}-2", "AlarmActions": [f"{FUNCTION}-other"]}
    composite = {"AlarmName": "all", "AlarmArn": f"{ALARM}-3", "ActionsEnabled": False, "AlarmActions": [LIVE]}
    kinds = {"MetricAlarm": {"MetricAlarms": [metric, other]}, "CompositeAlarm": {"CompositeAlarms": [composite]}}
    return kinds[asked["AlarmTypes"][0]]


def account(**answers: Any) -> FakeAws:
    allowed = [statement(name, principal, "") for name, principal in PRINCIPALS.items()]
    aws = fake(*allowed, Role=ROLE)
    invoked = {"LambdaAction": {"FunctionArn": FUNCTION}}
    rules = [{"Name": "mail", "Enabled": True, "Actions": [{"StopAction": {"Scope": "RuleSet"}}, invoked]}]
    sources = [
        {"ConfigRuleName": "tagged", "ConfigRuleArn": RULE, "Source": {"SourceIdentifier": FUNCTION}},
        {"ConfigRuleName": "theirs", "ConfigRuleArn": f"{RULE}0", "Source": {"SourceIdentifier": "S3_BUCKET"}},
    ]
    aws.answers |= {
        "lambda:list_aliases": {"Aliases": [{"Name": "live", "FunctionVersion": "1", "AliasArn": LIVE}]},
        "cloudwatch:describe_alarms": alarms,
        "config:describe_config_rules": {"ConfigRules": sources},
        "ses:list_receipt_rule_sets": {"RuleSets": [{"Name": "inbound"}]},
        "ses:describe_receipt_rule_set": {"Rules": rules},
        **answers,
    }
    return aws


def test_each_is_found_with_what_it_names() -> None:
    rule = f"arn:aws:ses:{HERE}:receipt-rule-set/inbound:receipt-rule/mail"

    found = {trigger.name: trigger for trigger in take(account()).triggers}

    assert found == {
        "late": Trigger("alarm", f"{ALARM}/$LATEST", "late", "", alarm.Settings(source=ALARM, function=FUNCTION)),
        "all": Trigger(
            "alarm",
            f"{ALARM}-3/live",
            "all",
            "live",
            alarm.Settings(source=f"{ALARM}-3", function=LIVE, composite=True),
            enabled=False,
        ),
        "tagged": Trigger("config_rule", RULE, "tagged", "", config_rule.Settings(source=RULE, function=FUNCTION)),
        "inbound/mail": Trigger(
            "ses",
            f"{rule}/$LATEST",
            "inbound/mail",
            "",
            ses.Settings(source=rule, rule_set="inbound", rule="mail", function=FUNCTION),
        ),
    }


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("cloudwatch:describe_alarms", "CloudWatch alarms"),
        ("config:describe_config_rules", "Config rules"),
        ("ses:describe_receipt_rule_set", "SES receipt rules"),
    ],
)
def test_what_may_not_be_listed_is_unknown_by_name(call: str, name: str) -> None:
    found = take(account(**{call: NotAllowed("not allowed")}))

    unread = [(each.name, each.settings.reason) for each in found.triggers if each.kind == "unknown"]
    assert unread == [(name, "not allowed")]


def test_nothing_is_listed_where_no_permission_and_no_role_lets_anybody_invoke() -> None:
    aws = fake()
    take(aws)

    assert [call for call in aws.calls if call.split(":")[0] in ("cloudwatch", "config", "ses", "firehose")] == []


def by_role(service: str, **answers: Any) -> FakeAws:
    """Return an account in which a role of a service may invoke the function."""
    aws = fake()
    trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]}
    may = {"Statement": [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": FUNCTION}]}
    role = {
        "Arn": ROLE,
        "RoleName": "invoker",
        "AssumeRolePolicyDocument": trust,
        "RolePolicyList": [{"PolicyName": "invoke", "PolicyDocument": may}],
        "AttachedManagedPolicies": [],
    }
    aws.answers |= {"iam:get_account_authorization_details": {"RoleDetailList": [role], "Policies": []}, **answers}
    return aws


def streams(**asked: Any) -> dict[str, Any]:
    """Answer page by page, each after the last name of the one before."""
    if asked.get("ExclusiveStartDeliveryStreamName") == "plain":
        return {"DeliveryStreamNames": ["clicks"], "HasMoreDeliveryStreams": False}
    return {"DeliveryStreamNames": ["plain"], "HasMoreDeliveryStreams": True}


def stream(DeliveryStreamName: str) -> dict[str, Any]:  # noqa: N803  # as AWS has it
    parameters = [{"ParameterName": "LambdaArn", "ParameterValue": f"{FUNCTION}:$LATEST"}]
    processing = {"Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": parameters}]}
    shown: dict[str, Any] = {"RoleARN": ROLE, "BucketARN": "arn:aws:s3:::b"}
    if DeliveryStreamName == "clicks":
        shown["ProcessingConfiguration"] = processing
    described = {"DestinationId": "d1", "S3DestinationDescription": shown, "ExtendedS3DestinationDescription": shown}
    return {"DeliveryStreamDescription": {"DeliveryStreamARN": STREAM, "Destinations": [described]}}


def test_a_stream_is_found_by_the_role_that_invokes_for_it_on_whichever_page() -> None:
    listed = {"firehose:list_delivery_streams": streams, "firehose:describe_delivery_stream": stream}

    found = take(by_role("firehose.amazonaws.com", **listed))

    settings = firehose.Settings(source=STREAM, function=f"{FUNCTION}:$LATEST", role=ROLE)
    assert [each for each in found.triggers if each.kind == "firehose"] == [
        Trigger("firehose", STREAM, "clicks", "", settings)
    ]


def test_a_data_source_is_found_with_its_api_and_its_role() -> None:
    arn = f"arn:aws:appsync:{HERE}:apis/a1/datasources/orders"
    source = {
        "dataSourceArn": arn,
        "name": "orders",
        "type": "AWS_LAMBDA",
        "serviceRoleArn": ROLE,
        "lambdaConfig": {"lambdaFunctionArn": FUNCTION},
    }
    listed = {
        "appsync:list_graphql_apis": {"graphqlApis": [{"apiId": "a1", "name": "shop"}]},
        "appsync:list_data_sources": {"dataSources": [source]},
    }

    found = take(by_role("appsync.amazonaws.com", **listed))

    settings = appsync.Settings(
        source=arn, detail="data source orders", api="a1", data_source="orders", function=FUNCTION, role=ROLE
    )
    assert [each for each in found.triggers if each.kind == "appsync"] == [
        Trigger("appsync", arn, "shop/orders", "", settings)
    ]
