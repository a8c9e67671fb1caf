"""Worlds of the actions on what names a function in a document: alarms, Config, SES, Firehose, AppSync."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.appsync.point_api_authorizer import PointApiAuthorizer
from lambda_migrate.actions.appsync.point_data_source import PointDataSource
from lambda_migrate.actions.aws_config.point_config_rule import PointConfigRule
from lambda_migrate.actions.cloudwatch.point_alarm import PointAlarm
from lambda_migrate.actions.firehose.point_transformation import PointTransformation
from lambda_migrate.actions.ses.point_receipt_rule import PointReceiptRule
from tests.actions.leaves import by_place
from tests.actions.stage import World, steady

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage

_TIMES = (
    "AlarmConfigurationUpdatedTimestamp",
    "StateTransitionedTimestamp",
    "StateUpdatedTimestamp",
    "StateReason",
    "StateReasonData",
    "StateValue",
)


def point_alarm(stage: Stage, *, composite: bool = False) -> World:
    """Set an alarm that tells a topic too, and names the function in two of its lists."""
    arn = stage.function()
    live, theirs = stage.alias("live", stage.publish("original")), stage.alias("theirs", "1")
    cloudwatch, topic = stage.client("cloudwatch"), stage.topic()
    metric = {
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Dimensions": [{"Name": "QueueName", "Value": stage.name}],
        "Statistic": "Maximum",
        "Period": 300,
        "EvaluationPeriods": 3,
        "DatapointsToAlarm": 2,
        "Threshold": 600.0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }

    def put(function: str, topics: list[str], **changed: Any) -> None:
        actions = {
            "AlarmActions": [topics[0], function, *topics[1:]],
            "OKActions": [function],
            "AlarmDescription": "pages us",
        }
        if composite:
            rule = f"ALARM({stage.name}-part)"
            cloudwatch.put_composite_alarm(AlarmName=stage.name, AlarmRule=rule, **{**actions, **changed})
        else:
            cloudwatch.put_metric_alarm(AlarmName=stage.name, **{**metric, **actions, **changed})

    if composite:
        cloudwatch.put_metric_alarm(AlarmName=f"{stage.name}-part", **metric)
    put(arn, [topic])

    def alarm() -> dict[str, Any]:
        types = ["MetricAlarm", "CompositeAlarm"]
        found = cloudwatch.describe_alarms(AlarmNames=[stage.name], AlarmTypes=types)
        return dict(next(iter([*found["MetricAlarms"], *found["CompositeAlarms"]])))

    def foreign() -> None:
        shown = alarm()
        put(shown["OKActions"][0], [topic, "arn:aws:sns:us-east-1:000000000000:theirs"], AlarmDescription="theirs")

    return World(
        PointAlarm(stage.name, arn, live, composite),
        documents=lambda: by_place(steady(alarm(), *_TIMES)),
        foreign=foreign,
        drift=lambda: put(theirs, [topic]),
    )


def point_config_rule(stage: Stage) -> World:
    arn = stage.function()
    live, theirs = stage.alias("live", stage.publish("original")), stage.alias("theirs", "1")
    config = stage.client("config")

    def put(function: str, **changed: Any) -> None:
        details = [{"EventSource": "aws.config", "MessageType": "ScheduledNotification"}]
        source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": function, "SourceDetails": details}
        rule = {"ConfigRuleName": stage.name, "Source": source, "InputParameters": '{"tag": "owner"}', **changed}
        config.put_config_rule(ConfigRule=rule)

    def rule() -> dict[str, Any]:
        return dict(config.describe_config_rules(ConfigRuleNames=[stage.name])["ConfigRules"][0])

    put(arn)
    return World(
        PointConfigRule(stage.name, arn, live),
        documents=lambda: by_place(rule()),
        foreign=lambda: put(rule()["Source"]["SourceIdentifier"], InputParameters='{"tag": "theirs"}'),
        drift=lambda: put(theirs),
    )


def point_receipt_rule(stage: Stage) -> World:
    """Set a rule with actions before and after ours, beside a rule of others."""
    arn = stage.function()
    live, theirs = stage.alias("live", stage.publish("original")), stage.alias("theirs", "1")
    ses, bucket = stage.client("ses"), {"S3Action": {"BucketName": "mail"}}
    ses.create_receipt_rule_set(RuleSetName=stage.name)

    def document(function: str, **changed: Any) -> dict[str, Any]:
        invoke = {"LambdaAction": {"FunctionArn": function, "InvocationType": "Event"}}
        stop = {"StopAction": {"Scope": "RuleSet"}}
        recipients = ["orders@example.com"]
        about = {"Name": "ours", "Enabled": True, "ScanEnabled": True, "Recipients": recipients}
        return {**about, "TlsPolicy": "Optional", "Actions": [bucket, invoke, stop], **changed}

    ses.create_receipt_rule(RuleSetName=stage.name, Rule=document(arn))
    other = {**document(theirs), "Name": "theirs"}
    ses.create_receipt_rule(RuleSetName=stage.name, Rule=other, After="ours")

    def rules() -> dict[str, Any]:
        return {each["Name"]: each for each in ses.describe_receipt_rule_set(RuleSetName=stage.name)["Rules"]}

    def put(function: str, **changed: Any) -> None:
        ses.update_receipt_rule(RuleSetName=stage.name, Rule=document(function, **changed))

    def named() -> str:
        return str(rules()["ours"]["Actions"][1]["LambdaAction"]["FunctionArn"])

    return World(
        PointReceiptRule("ours", arn, live, stage.name),
        documents=rules,
        foreign=lambda: put(named(), Recipients=["orders@example.com", "theirs@example.com"]),
        drift=lambda: put(theirs),
    )


def point_transformation(stage: Stage) -> World:
    arn = stage.function()
    live, theirs = stage.alias("live", stage.publish("original")), stage.alias("theirs", "1")
    firehose = stage.client("firehose")
    role, bucket = stage.role("stream", "firehose.amazonaws.com"), f"arn:aws:s3:::{stage.name}"
    stage.client("s3").create_bucket(Bucket=stage.name)

    def processing(function: str) -> dict[str, Any]:
        invoke = [
            {"ParameterName": "NumberOfRetries", "ParameterValue": "3"},
            {"ParameterName": "LambdaArn", "ParameterValue": function},
        ]
        return {"Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": invoke}]}

    firehose.create_delivery_stream(
        DeliveryStreamName=stage.name,
        ExtendedS3DestinationConfiguration={
            "RoleARN": role,
            "BucketARN": bucket,
            "Prefix": "orders/",
            "ProcessingConfiguration": processing(arn),
        },
    )

    def stream() -> dict[str, Any]:
        answer = firehose.describe_delivery_stream(DeliveryStreamName=stage.name)["DeliveryStreamDescription"]
        return steady(answer, "VersionId", "CreateTimestamp", "LastUpdateTimestamp")

    def update(**changed: Any) -> None:
        shown = firehose.describe_delivery_stream(DeliveryStreamName=stage.name)["DeliveryStreamDescription"]
        firehose.update_destination(
            DeliveryStreamName=stage.name,
            CurrentDeliveryStreamVersionId=shown["VersionId"],
            DestinationId=shown["Destinations"][0]["DestinationId"],
            ExtendedS3DestinationUpdate=changed,
        )

    return World(
        PointTransformation(stage.name, arn, live),
        documents=lambda: by_place(stream()),
        foreign=lambda: update(Prefix="theirs/"),
        drift=lambda: update(ProcessingConfiguration=processing(theirs)),
    )


def point_data_source(stage: Stage) -> World:
    arn = stage.function()
    live, theirs = stage.alias("live", stage.publish("original")), stage.alias("theirs", "1")
    appsync = stage.client("appsync")
    api = appsync.create_graphql_api(name=stage.name, authenticationType="API_KEY")["graphqlApi"]["apiId"]
    role = stage.role("resolver", "appsync.amazonaws.com")

    def about(function: str, description: str = "resolves orders") -> dict[str, Any]:
        config = {"lambdaFunctionArn": function}
        return {"type": "AWS_LAMBDA", "serviceRoleArn": role, "description": description, "lambdaConfig": config}

    appsync.create_data_source(apiId=api, name="orders", **about(arn))
    appsync.create_data_source(apiId=api, name="theirs", **about(theirs))

    def sources() -> dict[str, Any]:
        listed = appsync.list_data_sources(apiId=api)["dataSources"]
        return {each["name"]: each for each in listed}

    def update(function: str, **changed: Any) -> None:
        appsync.update_data_source(apiId=api, name="orders", **about(function, **changed))

    def named() -> str:
        return str(sources()["orders"]["lambdaConfig"]["lambdaFunctionArn"])

    return World(
        PointDataSource("orders", arn, live, api),
        documents=sources,
        foreign=lambda: update(named(), description="theirs"),
        drift=lambda: update(theirs),
    )


def point_api_authorizer(stage: Stage, *, events: bool = False) -> World:
    """Set an API that the function may be asked about by one of its authorizers, beside an API key."""
    arn = stage.function()
    live, theirs = stage.alias("live", stage.publish("original")), stage.alias("theirs", "1")
    appsync, role = stage.client("appsync"), stage.role("logs", "appsync.amazonaws.com")

    def settings(function: str, name: str = stage.name) -> dict[str, Any]:
        authorizer = {"authorizerUri": function, "authorizerResultTtlInSeconds": 300}
        if events:
            lambda_ = {"authType": "AWS_LAMBDA", "lambdaAuthorizerConfig": authorizer}
            names = ("connectionAuthModes", "defaultPublishAuthModes", "defaultSubscribeAuthModes")
            modes = {name: [{"authType": "AWS_LAMBDA"}] for name in names}
            logs = {"logLevel": "ERROR", "cloudWatchLogsRoleArn": role}
            config = {"authProviders": [{"authType": "API_KEY"}, lambda_], **modes, "logConfig": logs}
            return {"name": name, "eventConfig": config}
        lambda_ = {"authenticationType": "AWS_LAMBDA", "lambdaAuthorizerConfig": authorizer}
        logs = {"fieldLogLevel": "ERROR", "cloudWatchLogsRoleArn": role}
        others = {"additionalAuthenticationProviders": [lambda_], "logConfig": logs, "xrayEnabled": True}
        return {"name": name, "authenticationType": "API_KEY", **others}

    if events:
        api = appsync.create_api(**settings(arn))["api"]["apiId"]
    else:
        api = appsync.create_graphql_api(**settings(arn))["graphqlApi"]["apiId"]

    def documents() -> Any:
        return by_place(
            appsync.get_api(apiId=api)["api"] if events else appsync.get_graphql_api(apiId=api)["graphqlApi"]
        )

    def update(function: str, **changed: Any) -> None:
        write = appsync.update_api if events else appsync.update_graphql_api
        write(apiId=api, **settings(function, **changed))

    def named() -> str:
        shown = documents()
        provider = (
            shown["eventConfig"]["authProviders"]["1"] if events else shown["additionalAuthenticationProviders"]["0"]
        )
        return str(provider["lambdaAuthorizerConfig"]["authorizerUri"])

    return World(
        PointApiAuthorizer(stage.name, {"0": arn}, {"0": live}, api, events),
        documents=documents,
        foreign=lambda: update(named(), name="theirs"),
        drift=lambda: update(theirs),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "point_alarm": point_alarm,
    "point_alarm/composite": partial(point_alarm, composite=True),
    "point_config_rule": point_config_rule,
    "point_receipt_rule": point_receipt_rule,
    "point_transformation": point_transformation,
    "point_data_source": point_data_source,
    "point_api_authorizer": point_api_authorizer,
    "point_api_authorizer/events": partial(point_api_authorizer, events=True),
}
