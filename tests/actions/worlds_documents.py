"""Worlds of the actions that change something of ours inside a document which AWS replaces as a whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.cognito.point_user_pool import PointUserPool
from lambda_migrate.actions.function.point_destination import PointDestination
from lambda_migrate.actions.iot.point_topic_rule import PointTopicRule
from lambda_migrate.actions.logs.point_subscription_filter import PointSubscriptionFilter
from lambda_migrate.actions.s3.point_notification import PointNotification
from lambda_migrate.actions.secrets.point_rotation import PointRotation
from lambda_migrate.actions.step_functions.point_definition import PointDefinition
from tests.actions.stage import World, steady

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage

ACCOUNT = "000000000000"


def notification(identity: str, arn: str, prefix: str) -> dict[str, Any]:
    return {
        "Id": identity,
        "LambdaFunctionArn": arn,
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}},
    }


def point_notification(stage: Stage) -> World:
    """Two notifications of one bucket name the function; only one is to move, and EventBridge stays switched on."""
    arn = stage.function()
    live = stage.alias("live", stage.publish("original"))
    for qualifier in (None, "live"):
        stage.allow("s3", "s3.amazonaws.com", qualifier)
    s3 = stage.client("s3")
    s3.create_bucket(Bucket=stage.name)

    def documents() -> Any:
        found = s3.get_bucket_notification_configuration(Bucket=stage.name)
        entries = {each["Id"]: each for each in found["LambdaFunctionConfigurations"]}
        return {**found, "LambdaFunctionConfigurations": entries, "ResponseMetadata": None}

    def configure(*entries: dict[str, Any], queues: list[Any] | None = None) -> None:
        configuration = {"LambdaFunctionConfigurations": list(entries), "EventBridgeConfiguration": {}}
        s3.put_bucket_notification_configuration(
            Bucket=stage.name,
            NotificationConfiguration={**configuration, "QueueConfigurations": queues or []},
            SkipDestinationValidation=True,
        )

    def there() -> list[dict[str, Any]]:
        found = s3.get_bucket_notification_configuration(Bucket=stage.name)
        return list(found["LambdaFunctionConfigurations"])

    def foreign() -> None:
        queue = {"Id": "theirs", "QueueArn": stage.queue(), "Events": ["s3:ObjectRemoved:*"]}
        configure(*there(), queues=[queue])

    def drift() -> None:
        configure(*(each for each in there() if each["Id"] != "ours"))

    configure(notification("ours", arn, "in/"), notification("second", arn, "other/"))
    return World(
        PointNotification(stage.name, arn, live, ACCOUNT, "ours"), documents=documents, foreign=foreign, drift=drift
    )


def point_notification_at_a_queue(stage: Stage) -> World:
    """From a function to a queue: the notification changes lists, and its neighbours stay in theirs."""
    stage.function()
    live = stage.alias("live", stage.publish("original"))
    stage.allow("s3", "s3.amazonaws.com", "live")
    queue, s3 = stage.queue("service"), stage.client("s3")
    sends = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage"}
    source = {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{stage.name}"}}
    sends |= {"Resource": queue, "Condition": {**source, "StringEquals": {"aws:SourceAccount": ACCOUNT}}}
    url = stage.client("sqs").get_queue_url(QueueName=f"{stage.name}-service")["QueueUrl"]
    stage.client("sqs").set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": json.dumps({"Version": "2012-10-17", "Statement": [sends]})}
    )
    s3.create_bucket(Bucket=stage.name)
    lists = ("LambdaFunctionConfigurations", "QueueConfigurations")

    def there() -> dict[str, Any]:
        found = s3.get_bucket_notification_configuration(Bucket=stage.name)
        return {name: found.get(name, []) for name in lists}

    def configure(**changed: Any) -> None:
        whole = {**there(), **changed, "EventBridgeConfiguration": {}}
        s3.put_bucket_notification_configuration(
            Bucket=stage.name, NotificationConfiguration=whole, SkipDestinationValidation=True
        )

    def documents() -> Any:
        return {name: {each["Id"]: each for each in entries} for name, entries in there().items()}

    def foreign() -> None:
        theirs = {"Id": "theirs", "QueueArn": stage.queue(), "Events": ["s3:ObjectRemoved:*"]}
        configure(QueueConfigurations=[*there()["QueueConfigurations"], theirs])

    def drift() -> None:
        configure(**{name: [each for each in entries if each["Id"] != "ours"] for name, entries in there().items()})

    configure(LambdaFunctionConfigurations=[notification("ours", live, "in/"), notification("second", live, "other/")])
    return World(
        PointNotification(stage.name, live, queue, ACCOUNT, "ours"), documents=documents, foreign=foreign, drift=drift
    )


def point_subscription_filter(stage: Stage) -> World:
    arn = stage.function()
    live = stage.alias("live", stage.publish("original"))
    logs, group = stage.client("logs"), f"/shop/{stage.name}"
    logs.create_log_group(logGroupName=group)

    def subscribe(name: str, destination: str, pattern: str) -> None:
        logs.put_subscription_filter(
            logGroupName=group,
            filterName=name,
            filterPattern=pattern,
            destinationArn=destination,
            distribution="Random",
        )

    def documents() -> Any:
        found = logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
        return {each["filterName"]: steady(each, "creationTime") for each in found}

    subscribe("ours", arn, '{ $.level = "ERROR" }')
    subscribe("ours-too", arn, "")
    return World(
        PointSubscriptionFilter(group, arn, live, "ours"),
        documents=documents,
        foreign=lambda: subscribe("ours-too", f"{arn}:theirs", "WARN"),
        drift=lambda: subscribe("ours", f"{arn}:theirs", "WARN"),
    )


def point_definition(stage: Stage) -> World:
    """Two tasks name the function, and the text is written as no program would write it."""
    arn = stage.function()
    stage.alias("live", stage.publish("original"))
    states, role = stage.client("stepfunctions"), stage.role("states", "states.amazonaws.com")
    text = (
        '{"StartAt" : "Charge", "Comment": "caf\\u00e9",\n\t"States": {\n'
        f'  "Charge": {{"Resource":"{arn}", "Type": "Task", "Next": "Ship" }},\n'
        '  "Ship":   {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",'
        f' "Parameters": {{ "FunctionName": "{stage.name}:$LATEST", "Payload.$": "$" }}, "End": true,'
        ' "TimeoutSeconds": 1.0e1 }\n}}'
    )
    machine = states.create_state_machine(name=stage.name, definition=text, roleArn=role)["stateMachineArn"]
    places = ("/States/Charge/Resource", "/States/Ship/Parameters/FunctionName")
    before = dict(zip(places, (arn, f"{stage.name}:$LATEST"), strict=True))
    after = dict(zip(places, (f"{arn}:live", f"{stage.name}:live"), strict=True))

    def documents() -> Any:
        found = states.describe_state_machine(stateMachineArn=machine)
        return {"lines": dict(enumerate(found["definition"].split("\n"))), "role": found["roleArn"]}

    def rewrite(old: str, new: str) -> None:
        now = states.describe_state_machine(stateMachineArn=machine)["definition"]
        assert old in now
        states.update_state_machine(stateMachineArn=machine, definition=now.replace(old, new))

    return World(
        PointDefinition(stage.name, before, after, machine),
        documents=documents,
        foreign=lambda: rewrite("caf\\u00e9", "theirs"),
        drift=lambda: rewrite(arn, f"{arn}:theirs"),
    )


def point_topic_rule(stage: Stage) -> World:
    arn = stage.function()
    live = stage.alias("live", stage.publish("original"))
    iot, name = stage.client("iot"), stage.name.replace("-", "_")
    role = stage.role("iot", "iot.amazonaws.com")
    queue = {"sqs": {"roleArn": role, "queueUrl": f"https://sqs/{stage.name}", "useBase64": False}}
    whole: dict[str, Any] = {
        "sql": "SELECT * FROM 'orders/#'",
        "description": "orders",
        "awsIotSqlVersion": "2016-03-23",
        "ruleDisabled": False,
        "actions": [queue, {"lambda": {"functionArn": arn}}],
        "errorAction": {"lambda": {"functionArn": arn}},
    }
    iot.create_topic_rule(ruleName=name, topicRulePayload=whole)

    def documents() -> Any:
        found = iot.get_topic_rule(ruleName=name)["rule"]
        return {**steady(found, "createdAt", "lastModified"), "actions": dict(enumerate(found["actions"]))}

    def replace(**members: Any) -> None:
        now = iot.get_topic_rule(ruleName=name)["rule"]
        iot.replace_topic_rule(ruleName=name, topicRulePayload={**{key: now[key] for key in whole}, **members})

    return World(
        PointTopicRule(name, {"1": arn, "error": arn}, {"1": live, "error": live}),
        documents=documents,
        foreign=lambda: replace(description="theirs"),
        drift=lambda: replace(errorAction={"lambda": {"functionArn": f"{arn}:theirs"}}),
    )


def point_user_pool(stage: Stage) -> World:
    """A pool with everything switched from its default, so that what is left out would be seen."""
    arn = stage.function()
    live = stage.alias("live", stage.publish("original"))
    cognito = stage.client("cognito-idp")
    made = cognito.create_user_pool(
        PoolName=stage.name,
        Policies={"PasswordPolicy": {"MinimumLength": 14, "TemporaryPasswordValidityDays": 3}},
        AutoVerifiedAttributes=["email"],
        MfaConfiguration="OFF",
        DeletionProtection="INACTIVE",
        EmailVerificationSubject="welcome",
        AdminCreateUserConfig={"AllowAdminCreateUserOnly": True},
        UserPoolTags={"team": "shop"},
        LambdaConfig={"PreSignUp": arn, "PostConfirmation": f"{arn}:other", "CustomMessage": arn},
    )
    pool = made["UserPool"]["Id"]

    def documents() -> Any:
        found = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
        return steady({key: value for key, value in found.items() if not isinstance(value, list)}, "LastModifiedDate")

    def update(**members: Any) -> None:
        now = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
        names = ("Policies", "AutoVerifiedAttributes", "MfaConfiguration", "DeletionProtection", "UserPoolTags")
        kept = {key: now[key] for key in (*names, "EmailVerificationSubject", "AdminCreateUserConfig", "LambdaConfig")}
        cognito.update_user_pool(UserPoolId=pool, **{**kept, **members})

    def drift() -> None:
        now = cognito.describe_user_pool(UserPoolId=pool)["UserPool"]["LambdaConfig"]
        update(LambdaConfig={**now, "PreSignUp": f"{arn}:theirs"})

    before = {"PreSignUp": arn, "CustomMessage": arn}
    return World(
        PointUserPool(stage.name, before, dict.fromkeys(before, live), pool),
        documents=documents,
        foreign=lambda: update(EmailVerificationSubject="theirs"),
        drift=drift,
    )


def point_rotation(stage: Stage) -> World:
    arn = stage.function()
    live = stage.alias("live", stage.publish("original"))
    secrets = stage.client("secretsmanager")
    secret = secrets.create_secret(Name=f"{stage.name}-database", SecretString="{}")["ARN"]
    rules = {"ScheduleExpression": "rate(30 days)", "Duration": "2h"}

    def rotate(function: str) -> None:
        secrets.rotate_secret(SecretId=secret, RotationLambdaARN=function, RotationRules=rules, RotateImmediately=False)

    def documents() -> Any:
        found = secrets.describe_secret(SecretId=secret)
        kept = ("RotationLambdaARN", "RotationEnabled", "RotationRules", "Description", "Tags")
        return {name: found.get(name) for name in kept}

    rotate(arn)
    return World(
        PointRotation(f"{stage.name}-database", arn, live, secret),
        documents=documents,
        foreign=lambda: secrets.update_secret(SecretId=secret, Description="theirs"),
        drift=lambda: rotate(f"{arn}:theirs"),
    )


def point_destination(stage: Stage) -> World:
    arn = stage.function()
    live = stage.alias("live", stage.publish("original"))
    theirs = f"{stage.name}-sender"
    stage.make_function(FunctionName=theirs)
    queue = stage.queue()

    def configure(success: str, failure: str) -> None:
        stage.lambda_.put_function_event_invoke_config(
            FunctionName=theirs,
            MaximumRetryAttempts=1,
            MaximumEventAgeInSeconds=120,
            DestinationConfig={"OnSuccess": {"Destination": success}, "OnFailure": {"Destination": failure}},
        )

    def now(outcome: str) -> str:
        found = stage.lambda_.get_function_event_invoke_config(FunctionName=theirs)
        return str(found["DestinationConfig"][outcome]["Destination"])

    configure(arn, queue)
    return World(
        PointDestination(theirs, arn, live, "$LATEST", "OnSuccess"),
        documents=lambda: steady(stage.lambda_.get_function_event_invoke_config(FunctionName=theirs)),
        foreign=lambda: configure(now("OnSuccess"), stage.queue("other")),
        drift=lambda: configure(queue, now("OnFailure")),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "point_notification": point_notification,
    "point_notification/queue": point_notification_at_a_queue,
    "point_subscription_filter": point_subscription_filter,
    "point_definition": point_definition,
    "point_topic_rule": point_topic_rule,
    "point_user_pool": point_user_pool,
    "point_rotation": point_rotation,
    "point_destination": point_destination,
}
