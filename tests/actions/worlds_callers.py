"""Worlds of the actions on callers that came later: streams, load balancers, function URLs, what names a function."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.event_source.point_mapping import PointMapping
from lambda_migrate.actions.function.create_function_url import CreateFunctionUrl
from lambda_migrate.actions.load_balancer.create_target_group import CreateTargetGroup
from lambda_migrate.actions.load_balancer.join_listener_rule import JoinListenerRule
from lambda_migrate.actions.load_balancer.point_listener_rule import PointListenerRule
from lambda_migrate.actions.load_balancer.register_function import RegisterFunction
from lambda_migrate.actions.load_balancer.set_group_attributes import SetGroupAttributes
from tests.actions.leaves import by_place
from tests.actions.stage import World, steady

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage


def point_stream_mapping(stage: Stage, source: Callable[[Stage], str]) -> World:
    arn = stage.function()
    live = stage.alias("live", stage.publish("original"))
    theirs = stage.alias("theirs", "1")
    uuid = stage.lambda_.create_event_source_mapping(
        FunctionName=arn, EventSourceArn=source(stage), StartingPosition="TRIM_HORIZON"
    )["UUID"]
    stage.mapping_at_rest(uuid)

    def documents() -> Any:
        listed = stage.lambda_.list_event_source_mappings(FunctionName=stage.name)["EventSourceMappings"]
        return {each["UUID"]: stage.mappings()[each["EventSourceArn"]] for each in listed}

    def elsewhere() -> None:
        stage.lambda_.update_event_source_mapping(UUID=uuid, FunctionName=theirs)
        stage.mapping_at_rest(uuid)

    return World(
        PointMapping(uuid, "clicks", arn, live),
        documents=documents,
        foreign=lambda: stage.batch_size(uuid, 5),
        drift=elsewhere,
    )


def kinesis(stage: Stage) -> str:
    client = stage.client("kinesis")
    client.create_stream(StreamName=stage.name, ShardCount=1)
    return str(client.describe_stream(StreamName=stage.name)["StreamDescription"]["StreamARN"])


def dynamodb(stage: Stage) -> str:
    made = stage.client("dynamodb").create_table(
        TableName=stage.name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    return str(made["TableDescription"]["LatestStreamArn"])


def create_function_url(stage: Stage) -> World:
    stage.function()
    stage.alias("live", stage.publish("original"))
    stage.alias("theirs", "1")
    cors = {"AllowOrigins": ["https://shop.example.com"], "AllowMethods": ["GET"]}

    def made(alias: str = "", **settings: Any) -> None:
        given = {"Qualifier": alias} if alias else {}
        stage.lambda_.create_function_url_config(FunctionName=stage.name, **given, **settings)

    made(AuthType="NONE", Cors=cors)

    def documents() -> Any:
        listed = stage.lambda_.list_function_url_configs(FunctionName=stage.name)["FunctionUrlConfigs"]
        return {
            each["FunctionArn"]: steady(each, "FunctionUrl", "LastModifiedTime") | {"Function": each["FunctionArn"]}
            for each in listed
        }

    return World(
        CreateFunctionUrl(stage.name, "live", {"AuthType": "NONE", "InvokeMode": "BUFFERED", "Cors": cors}),
        documents=documents,
        foreign=lambda: made("theirs", AuthType="AWS_IAM"),
        drift=lambda: made("live", AuthType="AWS_IAM"),
    )


OIDC = {
    "Issuer": "https://login.example.com",
    "AuthorizationEndpoint": "https://login.example.com/authorize",
    "TokenEndpoint": "https://login.example.com/token",
    "UserInfoEndpoint": "https://login.example.com/user",
    "ClientId": "orders",
}


def group(stage: Stage, suffix: str, **settings: Any) -> str:
    """Make a target group named like the stage; return its ARN."""
    made = stage.client("elbv2").create_target_group(
        Name=f"{stage.name[:20]}-{suffix}", TargetType="lambda", **settings
    )
    return str(made["TargetGroups"][0]["TargetGroupArn"])


def groups(stage: Stage) -> dict[str, Any]:
    """Return the target groups named like the stage, with their attributes and targets."""
    elb, found = stage.client("elbv2"), {}
    for each in elb.describe_target_groups()["TargetGroups"]:
        if each["TargetGroupName"].startswith(stage.name[:20]):
            arn = each.pop("TargetGroupArn")
            attributes = elb.describe_target_group_attributes(TargetGroupArn=arn)["Attributes"]
            targets = elb.describe_target_health(TargetGroupArn=arn)["TargetHealthDescriptions"]
            found[each["TargetGroupName"]] = {
                **each,
                "Attributes": {attribute["Key"]: attribute["Value"] for attribute in attributes},
                "Targets": {target["Target"]["Id"]: target["Target"] for target in targets},
            }
    return found


def create_target_group(stage: Stage) -> World:
    name = f"{stage.name[:20]}-live"
    group(stage, "theirs")
    health = {"HealthCheckEnabled": True, "HealthCheckPath": "/health", "Matcher": {"HttpCode": "200-299"}}
    return World(
        CreateTargetGroup(name, health),
        documents=lambda: groups(stage),
        foreign=lambda: group(stage, "others"),
        drift=lambda: group(stage, "live", HealthCheckPath="/theirs"),
    )


def set_group_attributes(stage: Stage) -> World:
    arn, key = group(stage, "live"), "lambda.multi_value_headers.enabled"

    def put(name: str, value: str) -> None:
        stage.client("elbv2").modify_target_group_attributes(
            TargetGroupArn=arn, Attributes=[{"Key": name, "Value": value}]
        )

    put(key, "false")
    return World(
        SetGroupAttributes(f"target-group:{stage.name[:20]}-live", {key: "false"}, {key: "true"}),
        documents=lambda: groups(stage),
        foreign=lambda: put("stickiness.enabled", "true"),
        drift=lambda: put(key, "theirs"),
    )


def register_function(stage: Stage) -> World:
    arn, function = group(stage, "live"), stage.function()
    live = stage.alias("live", stage.publish("original"))
    theirs = group(stage, "theirs")

    def register(where: str) -> None:
        stage.client("elbv2").register_targets(TargetGroupArn=where, Targets=[{"Id": function}])

    return World(
        RegisterFunction(f"target-group:{stage.name[:20]}-live", live),
        documents=lambda: groups(stage),
        foreign=lambda: register(theirs),
        drift=lambda: register(arn),
    )


def point_listener_rule(stage: Stage, *, default: bool = False) -> World:
    """Set a rule that authenticates before it forwards, beside rules of others."""
    elb = stage.client("elbv2")
    before, theirs = group(stage, "first"), group(stage, "theirs")
    group(stage, "live")
    balancer = elb.create_load_balancer(Name=stage.name[:32], Subnets=["subnet-1", "subnet-2"])["LoadBalancers"][0]
    signing_in = {"Type": "authenticate-oidc", "Order": 1, "AuthenticateOidcConfig": {**OIDC, "ClientSecret": "hush"}}
    actions = [signing_in, {"Type": "forward", "Order": 2, "TargetGroupArn": before}]
    answer = {"Type": "fixed-response", "Order": 1, "FixedResponseConfig": {"StatusCode": "404"}}
    listener = elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=actions if default else [answer],
    )["Listeners"][0]["ListenerArn"]

    def rule(priority: int, path: str, actions: list[dict[str, Any]]) -> str:
        made = elb.create_rule(
            ListenerArn=listener,
            Priority=priority,
            Conditions=[{"Field": "path-pattern", "Values": [path]}],
            Actions=actions,
        )
        return str(made["Rules"][0]["RuleArn"])

    rule(1, "/theirs", [{"Type": "forward", "Order": 1, "TargetGroupArn": theirs}])
    ours = "" if default else rule(2, "/orders", actions)
    known = {each["RuleArn"]: each["IsDefault"] for each in elb.describe_rules(ListenerArn=listener)["Rules"]}
    ours = ours or next(arn for arn, is_default in known.items() if is_default)

    def documents() -> Any:
        return {each["Priority"]: by_place(each) for each in elb.describe_rules(ListenerArn=listener)["Rules"]}

    def elsewhere() -> None:
        changed = [signing_in, {"Type": "forward", "Order": 2, "TargetGroupArn": theirs}]
        if default:
            elb.modify_listener(ListenerArn=listener, DefaultActions=changed)
        else:
            elb.modify_rule(RuleArn=ours, Actions=changed)

    def others() -> None:
        rules = elb.describe_rules(ListenerArn=listener)["Rules"]
        authenticating, forwarding = next(each["Actions"] for each in rules if each["RuleArn"] == ours)
        config = {**authenticating["AuthenticateOidcConfig"], "SessionTimeout": 3600, "ClientSecret": "hush"}
        changed = [{**authenticating, "AuthenticateOidcConfig": config}, forwarding]
        if default:
            elb.modify_listener(ListenerArn=listener, DefaultActions=changed)
        else:
            elb.modify_rule(RuleArn=ours, Actions=changed)
            elb.modify_rule(RuleArn=ours, Conditions=[{"Field": "path-pattern", "Values": ["/orders/*"]}])
        rule(3, "/more", [answer])

    after = {f"target-group:{stage.name[:20]}-live": 1}
    return World(
        PointListenerRule(ours, listener if default else "", f"{stage.name} /orders", {before: 1}, after),
        documents=documents,
        foreign=others,
        drift=elsewhere,
    )


def weights(stage: Stage, *, default: bool = False, joins: bool = False) -> World:
    """Set a rule in which others have a weight beside ours, and which keeps its clients."""
    elb = stage.client("elbv2")
    ours, theirs, service = (group(stage, suffix) for suffix in ("first", "theirs", "service"))
    balancer = elb.create_load_balancer(Name=stage.name[:32], Subnets=["subnet-1", "subnet-2"])["LoadBalancers"][0]
    answer = {"Type": "fixed-response", "Order": 1, "FixedResponseConfig": {"StatusCode": "404"}}
    sticky = {"Enabled": True, "DurationSeconds": 600}

    def forwarding(**others: int) -> list[dict[str, Any]]:
        known = {"ours": ours, "theirs": theirs, "service": service}
        groups = [{"TargetGroupArn": known[name], "Weight": weight} for name, weight in others.items()]
        config = {"TargetGroups": groups, "TargetGroupStickinessConfig": sticky}
        return [{"Type": "forward", "Order": 1, "ForwardConfig": config}]

    def listen(port: int, actions: list[dict[str, Any]]) -> str:
        made = elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=port, DefaultActions=actions
        )
        return str(made["Listeners"][0]["ListenerArn"])

    listener = listen(80, forwarding(ours=20, theirs=80))
    (rule,) = [each["RuleArn"] for each in elb.describe_rules(ListenerArn=listener)["Rules"]]
    if not default:
        path = [{"Field": "path-pattern", "Values": ["/orders"]}]
        actions = forwarding(ours=20, theirs=80)
        rule = elb.create_rule(ListenerArn=listener, Priority=2, Conditions=path, Actions=actions)["Rules"][0][
            "RuleArn"
        ]

    def change(actions: list[dict[str, Any]]) -> None:
        if default:
            elb.modify_listener(ListenerArn=listener, DefaultActions=actions)
        else:
            elb.modify_rule(RuleArn=rule, Actions=actions)

    def documents() -> Any:
        listed = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        return {
            each["Port"]: [rule["Actions"] for rule in elb.describe_rules(ListenerArn=each["ListenerArn"])["Rules"]]
            for each in listed
        }

    made: type[PointListenerRule] = JoinListenerRule if joins else PointListenerRule
    before = {ours: 20} if joins else {ours: 20, service: 0}
    if not joins:
        change(forwarding(ours=20, service=0, theirs=80))
    return World(
        made(
            rule,
            listener if default else "",
            f"{stage.name} /orders",
            before,
            {ours: 20, service: 0} if joins else {ours: 18, service: 2},
        ),
        documents=documents,
        foreign=lambda: listen(8080, [answer]),
        drift=lambda: change(forwarding(ours=50, theirs=50)),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "point_mapping/kinesis": partial(point_stream_mapping, source=kinesis),
    "point_mapping/dynamodb": partial(point_stream_mapping, source=dynamodb),
    "create_function_url": create_function_url,
    "create_target_group": create_target_group,
    "set_group_attributes": set_group_attributes,
    "register_function": register_function,
    "point_listener_rule": point_listener_rule,
    "point_listener_rule/weights": weights,
    "point_listener_rule/default_weights": partial(weights, default=True),
    "join_listener_rule": partial(weights, joins=True),
    "point_listener_rule/default": partial(point_listener_rule, default=True),
}
