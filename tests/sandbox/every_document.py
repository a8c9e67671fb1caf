"""One caller of each kind that stands in a document of another service, each in a document that names others too."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = "us-east-1:000000000000"
KINDS = [
    "s3",
    "scheduler",
    "pipe",
    "logs",
    "step_functions",
    "iot",
    "cognito",
    "secretsmanager",
    "destination",
]
CALLERS = ("scheduler.amazonaws.com", "pipes.amazonaws.com", "states.amazonaws.com", "lambda.amazonaws.com")


class Everything:
    """Makes one caller of each kind, each in a document that names others too."""

    def __init__(self, client: Callable[[str], Any], make_function: Callable[..., str], name: str) -> None:
        self.client, self.name = client, name
        self.arn = make_function()
        self.role = self._role()
        self.sender = f"{name}-sender"
        make_function(FunctionName=self.sender, Role=self.role)
        self.rule = name.replace("-", "_")
        self._documents()
        self.machine, self.pool, self.secret = self._state_machine(), self._pool(), self._secret()
        for service, source in (
            ("s3", f"arn:aws:s3:::{name}"),
            ("logs", f"arn:aws:logs:{HERE}:log-group:/{name}:*"),
            ("iot", f"arn:aws:iot:{HERE}:rule/{self.rule}"),
            ("cognito-idp", f"arn:aws:cognito-idp:{HERE}:userpool/{self.pool}"),
            ("secretsmanager", ""),
        ):
            given = {"SourceArn": source} if source else {}
            for qualifier in ({}, {"Qualifier": "live"}):
                self._allow(service, **given, **qualifier)

    def _allow(self, service: str, **given: str) -> None:
        functions = self.client("lambda")
        if "Qualifier" in given and service == "s3":
            functions.publish_version(FunctionName=self.name)
            functions.create_alias(FunctionName=self.name, Name="live", FunctionVersion="1")
        functions.add_permission(
            FunctionName=self.name,
            StatementId=service,
            Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com",
            **given,
        )

    def _role(self) -> str:
        iam = self.client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": list(CALLERS)}, "Action": "sts:AssumeRole"}
        made = iam.create_role(RoleName=self.name, AssumeRolePolicyDocument=statement_policy(trust))
        may = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"}
        iam.put_role_policy(RoleName=self.name, PolicyName="invoke", PolicyDocument=statement_policy(may))
        return str(made["Role"]["Arn"])

    def _documents(self) -> None:
        s3, logs = self.client("s3"), self.client("logs")
        s3.create_bucket(Bucket=self.name)
        rules = [[{"Name": "prefix", "Value": value}] for value in ("in/", "out/")]
        entries = [
            {
                "Id": name,
                "LambdaFunctionArn": arn,
                "Events": ["s3:ObjectCreated:*"],
                "Filter": {"Key": {"FilterRules": rule}},
            }
            for name, arn, rule in zip(("ours", "theirs"), (self.arn, f"{self.arn}-other"), rules, strict=True)
        ]
        configuration = {"LambdaFunctionConfigurations": entries, "EventBridgeConfiguration": {}}
        s3.put_bucket_notification_configuration(Bucket=self.name, NotificationConfiguration=configuration)
        logs.create_log_group(logGroupName=f"/{self.name}")
        logs.put_subscription_filter(
            logGroupName=f"/{self.name}", filterName="errors", filterPattern="ERROR", destinationArn=self.arn
        )
        self.client("scheduler").create_schedule(
            Name=self.name,
            ScheduleExpression="cron(0 3 * * ? *)",
            FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
            Target={"Arn": self.arn, "RoleArn": self.role, "RetryPolicy": {"MaximumRetryAttempts": 3}},
        )
        queue = f"arn:aws:sqs:{HERE}:{self.name}"
        self.client("pipes").create_pipe(Name=self.name, Source=queue, Target=self.arn, RoleArn=self.role)
        invoked = {"lambda": {"functionArn": self.arn}}
        others = {"sqs": {"roleArn": self.role, "queueUrl": "https://sqs/orders"}}
        sql = f"SELECT * FROM '{self.rule}'"  # noqa: S608  # a topic of IoT, no table
        payload = {"sql": sql, "description": "scans", "actions": [others, invoked]}
        self.client("iot").create_topic_rule(ruleName=self.rule, topicRulePayload=payload)
        self.client("lambda").put_function_event_invoke_config(
            FunctionName=self.sender,
            MaximumRetryAttempts=1,
            DestinationConfig={"OnSuccess": {"Destination": self.arn}, "OnFailure": {"Destination": queue}},
        )

    def _state_machine(self) -> str:
        theirs = f'"B": {{"Type" : "Task", "Resource":"{self.arn}-other", "Catch":[ ], "End":true}}'
        ours = f'"A": {{"Type":"Task","Resource":"{self.arn}","End":true}}'
        text = f'{{"StartAt" :"A",\n "States": {{{ours},\n\t{theirs}}}}}'
        made = self.client("stepfunctions").create_state_machine(name=self.name, definition=text, roleArn=self.role)
        return str(made["stateMachineArn"])

    def _pool(self) -> str:
        made = self.client("cognito-idp").create_user_pool(
            PoolName=self.name,
            Policies={"PasswordPolicy": {"MinimumLength": 14}},
            LambdaConfig={"PreSignUp": self.arn, "PostConfirmation": f"{self.arn}-other"},
        )
        return str(made["UserPool"]["Id"])

    def _secret(self) -> str:
        secrets = self.client("secretsmanager")
        arn = str(secrets.create_secret(Name=self.name, SecretString="{}")["ARN"])
        secrets.rotate_secret(
            SecretId=arn,
            RotationLambdaARN=self.arn,
            RotationRules={"AutomaticallyAfterDays": 30},
            RotateImmediately=False,
        )
        return arn

    def documents(self) -> dict[str, Any]:
        """Return every document as it stands, without the dates that AWS sets."""
        secret = self.client("secretsmanager").describe_secret(SecretId=self.secret)
        sender = {"FunctionName": self.sender}
        found = {
            "s3": self.client("s3").get_bucket_notification_configuration(Bucket=self.name),
            "scheduler": self.client("scheduler").get_schedule(Name=self.name),
            "pipe": self.client("pipes").describe_pipe(Name=self.name),
            "logs": self.client("logs").describe_subscription_filters(logGroupName=f"/{self.name}"),
            "step_functions": self.client("stepfunctions").describe_state_machine(stateMachineArn=self.machine),
            "iot": self.client("iot").get_topic_rule(ruleName=self.rule)["rule"],
            "cognito": self.client("cognito-idp").describe_user_pool(UserPoolId=self.pool)["UserPool"],
            "secretsmanager": {name: secret[name] for name in ("RotationLambdaARN", "RotationRules")},
            "destination": self.client("lambda").get_function_event_invoke_config(**sender),
        }
        return {kind: undated(each) for kind, each in found.items()}


DATES = {
    "LastModified",
    "LastModifiedDate",
    "LastModifiedTime",
    "LastModificationDate",
    "ResponseMetadata",
    "createdAt",
    "creationTime",
    "lastModified",
    "revisionId",
}


def undated(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: undated(each) for name, each in value.items() if name not in DATES}
    return [undated(each) for each in value] if isinstance(value, list) else value


def statement_policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
