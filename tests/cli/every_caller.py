"""A function with a caller of every kind that the embedded AWS has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from tests.sandbox.every_document import HERE, KINDS, Everything, statement_policy, undated

if TYPE_CHECKING:
    from collections.abc import Callable

FOUND = sorted(
    [
        *KINDS,
        "alarm",
        "appsync",
        "config_rule",
        "dynamodb",
        "elb",
        "eventbridge",
        "firehose",
        "function_url",
        "http_api",
        "kinesis",
        "rest_api",
        "ses",
        "sns",
        "sqs",
    ]
)
"""The kinds, each once."""

STAY = {"function_url"}
"""What AWS offers no way to move: the first URL."""

ANSWERS = """
def handler(event, context):
    return {"statusCode": 200, "headers": {"x-version": context.function_version}, "body": "ok"}
"""
ROLES = ("firehose.amazonaws.com", "appsync.amazonaws.com")


class EveryCaller(Everything):
    """Makes them, after those that stand in a document alone."""

    def __init__(
        self,
        client: Callable[[str], Any],
        make_function: Callable[..., str],
        name: str,
        code: str = ANSWERS,
        **settings: Any,
    ) -> None:
        def make(**overrides: Any) -> str:
            return make_function(code, **{**settings, **overrides})

        super().__init__(client, make, name)
        self.invoker = self._invoker()
        self.queue, self.topic = self._messages()
        self.streams = self._streams()
        self.http, self.rest = self._http_api(), self._rest_api()
        self.group, self.balancer = self._load_balancer()
        self.url = client("lambda").create_function_url_config(FunctionName=name, AuthType="NONE")["FunctionUrl"]
        self._allow_url()
        self._rules()
        self.graphql = self._data_source()

    def _let(self, sid: str, principal: str, source: str = "") -> None:
        given = {"SourceArn": source} if source else {}
        self.client("lambda").add_permission(
            FunctionName=self.name, StatementId=sid, Action="lambda:InvokeFunction", Principal=principal, **given
        )

    def _allow_url(self) -> None:
        self.client("lambda").add_permission(
            FunctionName=self.name,
            StatementId="url",
            Action="lambda:InvokeFunctionUrl",
            Principal="*",
            FunctionUrlAuthType="NONE",
        )

    def _invoker(self) -> str:
        iam = self.client("iam")
        trust = {"Effect": "Allow", "Principal": {"Service": list(ROLES)}, "Action": "sts:AssumeRole"}
        made = iam.create_role(RoleName=f"{self.name}-invoker", AssumeRolePolicyDocument=statement_policy(trust))
        may = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": [self.arn, f"{self.arn}:*"]}
        iam.put_role_policy(RoleName=f"{self.name}-invoker", PolicyName="invoke", PolicyDocument=statement_policy(may))
        return str(made["Role"]["Arn"])

    def _messages(self) -> tuple[str, str]:
        url = self.client("sqs").create_queue(QueueName=f"{self.name}-jobs")["QueueUrl"]
        asked = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        self._map(str(asked["Attributes"]["QueueArn"]))
        topic = str(self.client("sns").create_topic(Name=self.name)["TopicArn"])
        self.client("sns").subscribe(TopicArn=topic, Protocol="lambda", Endpoint=self.arn)
        self._let("sns", "sns.amazonaws.com", topic)
        events = self.client("events")
        rule = events.put_rule(Name=self.name, EventPattern='{"source": ["orders"]}')["RuleArn"]
        events.put_targets(Rule=self.name, Targets=[{"Id": "ours", "Arn": self.arn}])
        self._let("events", "events.amazonaws.com", rule)
        return url, topic

    def _map(self, source: str, **given: str) -> None:
        self.client("lambda").create_event_source_mapping(FunctionName=self.arn, EventSourceArn=source, **given)

    def _streams(self) -> tuple[str, str]:
        kinesis = self.client("kinesis")
        kinesis.create_stream(StreamName=self.name, ShardCount=1)
        stream = str(kinesis.describe_stream(StreamName=self.name)["StreamDescription"]["StreamARN"])
        table = self.client("dynamodb").create_table(
            TableName=self.name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )["TableDescription"]
        for source in (stream, str(table["LatestStreamArn"])):
            self._map(source, StartingPosition="TRIM_HORIZON")
        return stream, str(table["LatestStreamArn"])

    def _http_api(self) -> str:
        gateway = self.client("apigatewayv2")
        api = str(gateway.create_api(Name=self.name, ProtocolType="HTTP")["ApiId"])
        integration = gateway.create_integration(
            ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=self.arn, PayloadFormatVersion="2.0"
        )["IntegrationId"]
        gateway.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
        gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
        self._let("http", "apigateway.amazonaws.com", f"arn:aws:execute-api:{HERE}:{api}/*/*")
        return api

    def _rest_api(self) -> str:
        gateway = self.client("apigateway")
        api = str(gateway.create_rest_api(name=self.name)["id"])
        root = gateway.get_resources(restApiId=api)["items"][0]["id"]
        method = {"restApiId": api, "resourceId": root, "httpMethod": "GET"}
        gateway.put_method(**method, authorizationType="NONE")
        uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{self.arn}/invocations"
        gateway.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
        gateway.create_deployment(restApiId=api, stageName="prod")
        self._let("rest", "apigateway.amazonaws.com", f"arn:aws:execute-api:{HERE}:{api}/*/*")
        return api

    def _load_balancer(self) -> tuple[str, str]:
        elb, name = self.client("elbv2"), self.name[:32]
        balancer = elb.create_load_balancer(Name=name, Subnets=["subnet-1", "subnet-2"])["LoadBalancers"][0]
        group, theirs = (
            str(elb.create_target_group(Name=each, TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"])
            for each in (name, f"{name[:25]}-theirs")
        )
        self._let("elb", "elasticloadbalancing.amazonaws.com", group)
        elb.register_targets(TargetGroupArn=group, Targets=[{"Id": self.arn}])
        both = [{"TargetGroupArn": group, "Weight": 1}, {"TargetGroupArn": theirs, "Weight": 0}]
        sticky = {"Enabled": False}
        listener = elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[
                {"Type": "forward", "ForwardConfig": {"TargetGroups": both, "TargetGroupStickinessConfig": sticky}}
            ],
        )["Listeners"][0]["ListenerArn"]
        elb.create_rule(
            ListenerArn=listener,
            Priority=7,
            Conditions=[{"Field": "path-pattern", "Values": ["/theirs"]}],
            Actions=[{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}],
        )
        return group, str(balancer["LoadBalancerArn"])

    def _rules(self) -> None:
        self.client("cloudwatch").put_metric_alarm(
            AlarmName=self.name,
            Namespace="AWS/SQS",
            MetricName="ApproximateAgeOfOldestMessage",
            Statistic="Maximum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=600.0,
            ComparisonOperator="GreaterThanThreshold",
            AlarmActions=[self.topic, self.arn],
        )
        self._let("alarm", "lambda.alarms.cloudwatch.amazonaws.com")
        details = [{"EventSource": "aws.config", "MessageType": "ScheduledNotification"}]
        source = {"Owner": "CUSTOM_LAMBDA", "SourceIdentifier": self.arn, "SourceDetails": details}
        self.client("config").put_config_rule(ConfigRule={"ConfigRuleName": self.name, "Source": source})
        self._let("config", "config.amazonaws.com")
        self._let("ses", "ses.amazonaws.com")
        self.client("ses").create_receipt_rule_set(RuleSetName=self.name)
        actions = [
            {"LambdaAction": {"FunctionArn": self.arn, "InvocationType": "Event"}},
            {"StopAction": {"Scope": "RuleSet"}},
        ]
        rule = {"Name": "mail", "Enabled": True, "Recipients": ["orders@example.com"], "Actions": actions}
        self.client("ses").create_receipt_rule(RuleSetName=self.name, Rule=rule)
        invoke = [{"ParameterName": "LambdaArn", "ParameterValue": self.arn}]
        processing = {"Enabled": True, "Processors": [{"Type": "Lambda", "Parameters": invoke}]}
        self.client("firehose").create_delivery_stream(
            DeliveryStreamName=self.name,
            ExtendedS3DestinationConfiguration={
                "RoleARN": self.invoker,
                "BucketARN": f"arn:aws:s3:::{self.name}",
                "ProcessingConfiguration": processing,
            },
        )

    def _data_source(self) -> str:
        appsync = self.client("appsync")
        api = str(appsync.create_graphql_api(name=self.name, authenticationType="API_KEY")["graphqlApi"]["apiId"])
        config = {"lambdaFunctionArn": self.arn}
        appsync.create_data_source(
            apiId=api, name="orders", type="AWS_LAMBDA", serviceRoleArn=self.invoker, lambdaConfig=config
        )
        return api

    def doors(self) -> dict[str, str]:
        """Return the paths at which the embedded AWS takes requests for the function."""
        url = self.url.removeprefix("https://").partition(".")[0]
        return {
            "HTTP API": f"/_aws/execute-api/{self.http}/$default/orders",
            "REST API": f"/_aws/execute-api/{self.rest}/prod/",
            "load balancer": f"/_alb/{self.name[:32]}/orders",
            "function URL": f"/_aws/lambda-url/{url}/orders",
        }

    def names(self) -> dict[str, str]:
        """Return what `inspect` calls each, by its kind."""
        stream, table = (Arn.parse(each).resource for each in self.streams)
        return dict.fromkeys(FOUND, self.name) | {
            "appsync": f"{self.name}/orders",
            "destination": self.sender,
            "dynamodb": table,
            "elb": Arn.parse(self.group).resource,
            "function_url": self.url,
            "iot": self.rule,
            "kinesis": stream,
            "logs": f"/{self.name}",
            "scheduler": f"default/{self.name}",
            "ses": f"{self.name}/mail",
            "sqs": f"{self.name}-jobs",
        }

    def documents(self) -> dict[str, Any]:
        """Return every document as it stands, without dates, states that pass, and ids that AWS draws."""
        gateway, rest, elb = self.client("apigatewayv2"), self.client("apigateway"), self.client("elbv2")
        functions, sns = self.client("lambda"), self.client("sns")
        mappings = functions.list_event_source_mappings(FunctionName=self.name)["EventSourceMappings"]
        root = rest.get_resources(restApiId=self.rest, embed=["methods"])["items"]
        subscribed = sns.list_subscriptions_by_topic(TopicArn=self.topic)["Subscriptions"]
        arns = {each["Endpoint"]: each["SubscriptionArn"] for each in subscribed}
        shown = {
            **super().documents(),
            "http_api": [
                gateway.get_integrations(ApiId=self.http)["Items"],
                gateway.get_routes(ApiId=self.http)["Items"],
            ],
            "rest_api": [root, rest.get_stages(restApiId=self.rest)["item"]],
            "elb": elb.describe_rules(
                ListenerArn=elb.describe_listeners(LoadBalancerArn=self.balancer)["Listeners"][0]["ListenerArn"]
            )["Rules"],
            "groups": [
                each["TargetGroupName"]
                for each in elb.describe_target_groups()["TargetGroups"]
                if self.name[:20] in each["TargetGroupName"]
            ],
            "function_url": functions.list_function_url_configs(FunctionName=self.name)["FunctionUrlConfigs"],
            "mappings": {each["EventSourceArn"]: each for each in mappings},
            "sns": {
                endpoint: sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
                for endpoint, arn in arns.items()
            },
            "eventbridge": self.client("events").list_targets_by_rule(Rule=self.name)["Targets"],
            "alarm": self.client("cloudwatch").describe_alarms(AlarmNames=[self.name])["MetricAlarms"],
            "config_rule": self.client("config").describe_config_rules(ConfigRuleNames=[self.name])["ConfigRules"],
            "ses": self.client("ses").describe_receipt_rule_set(RuleSetName=self.name)["Rules"],
            "firehose": self.client("firehose").describe_delivery_stream(DeliveryStreamName=self.name)[
                "DeliveryStreamDescription"
            ],
            "appsync": self.client("appsync").get_data_source(apiId=self.graphql, name="orders")["dataSource"],
        }
        return {kind: _steady(undated(each)) for kind, each in shown.items()}


_PASSING = {
    "AlarmConfigurationUpdatedTimestamp",
    "EstimatedNumberOfUsers",
    "LastProcessingResult",
    "LastUpdateTimestamp",
    "State",
    "StateReason",
    "StateReasonData",
    "StateTransitionReason",
    "StateTransitionedTimestamp",
    "StateUpdatedTimestamp",
    "StateValue",
    "VersionId",
    "deploymentId",
    "lastUpdatedAt",
    "lastUpdatedDate",
}
_FILTER = "FilterPolicy"


def _steady(value: Any) -> Any:
    """Return a document without what passes; an empty filter of a subscription is none."""
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if name not in _PASSING}
        return {name: _steady(each) for name, each in kept.items() if name != _FILTER or each not in ("", "{}")}
    return [_steady(each) for each in value] if isinstance(value, list) else value
