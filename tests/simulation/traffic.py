"""Where requests, messages and events go, as the data plane has it at this moment, and what is wrong on their way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tests.simulation.services.lambda_aliases import weights
from tests.simulation.services.lambda_functions import LATEST
from tests.simulation.services.rest_apis import served_by

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.shelf import Document
    from tests.simulation.world import World

FUNCTION = "orders"
PARKED = "lambda-migrate-parked"
QUEUE = "orders-queue"


class Way(NamedTuple):
    """One way that what a source sends takes.

    Attributes:
        source: ``route ANY /{proxy+}``, ``topic shipments``.
        goes: What it reaches: ``orders:live``, or ``the service``.
        versions: The versions that answer, each with its share; nothing where Lambda is not on the way.
        problem: Why nothing arrives, or "".
    """

    source: str
    goes: str
    versions: dict[str, float]
    problem: str = ""


def ways(world: World) -> Iterator[Way]:
    """Yield the way of everything that comes in."""
    yield from _routes(world)
    yield from _methods(world)
    yield from _queue(world)
    yield from _topics(world)
    yield from _rules(world)


def _to_function(world: World, source: str, arn: str, principal: str = "", by: str = "") -> Way | None:
    """Return the way through a function's ARN; None where it is somebody else's function."""
    functions = world.services.lambda_
    if functions.named(arn) != FUNCTION:
        return None
    qualifier = functions.qualifier(arn)
    versions, problem = _reached(world, qualifier)
    goes = f"{FUNCTION}:{qualifier}" if qualifier else FUNCTION
    if not problem and principal and not _may_invoke(world, qualifier, principal, by):
        problem = f"{principal} may not invoke {goes}"
    return Way(source, goes, versions, f"{source} → {goes}: {problem}" if problem else "")


def _reached(world: World, qualifier: str) -> tuple[dict[str, float], str]:
    """Return the versions behind a qualifier, and what is wrong with them."""
    functions = world.services.lambda_
    if FUNCTION not in functions.latest.truth:
        return {}, "the function is not there"
    alias = functions.aliases.working(f"{FUNCTION}:{qualifier}") if qualifier else None
    shares = {alias["FunctionVersion"] if alias else qualifier or LATEST: 1.0}
    if alias:
        first = alias["FunctionVersion"]
        shares |= weights(alias)
        shares[first] -= sum(weights(alias).values())
    for number in shares:
        version = (
            functions.latest.truth[FUNCTION]
            if number == LATEST
            else functions.versions.truth.get(f"{FUNCTION}:{number}")
        )
        if version is None:
            return {}, f"{'the alias or version' if number == qualifier else 'version'} {number} is not there"
        key = world.services.service.signed_by(version)
        if number != LATEST and key and not world.services.service.accepts(key):
            return shares, f"version {number} signs with {key}, which the service refuses"
    return shares, ""


def _may_invoke(world: World, qualifier: str, principal: str, by: str) -> bool:
    policy = world.services.lambda_.policies.working(f"{FUNCTION}:{qualifier}" if qualifier else FUNCTION)
    return any(_allows(each, principal, by) for each in (policy or {}).get("Statement", ()))


def _allows(statement: Document, principal: str, by: str) -> bool:
    service = statement["Principal"].get("Service") if isinstance(statement["Principal"], dict) else "*"
    source = (statement.get("Condition") or {}).get("ArnLike", {}).get("AWS:SourceArn", by)
    return service in (principal, "*") and (source == by or source.startswith(f"{by}/"))


def _routes(world: World) -> Iterator[Way]:
    gateway = world.services.apigatewayv2
    for key, route in gateway.routes.at_work():
        api, source = key.partition("/")[0], f"route {route['RouteKey']}"
        if "lambda-migrate-probe" in source:
            continue  # ours, for a rehearsal
        integration = gateway.integrations.working(f"{api}/{route['Target'].removeprefix('integrations/')}")
        if integration is None:
            yield Way(source, "nothing", {}, f"{source}: its integration is not there")
        elif integration["IntegrationType"] == "HTTP_PROXY":
            yield Way(source, "the service", {})
        else:
            by = world.arn("execute-api", api)
            way = _to_function(world, source, integration["IntegrationUri"], "apigateway.amazonaws.com", by)
            if way:
                yield way


def _methods(world: World) -> Iterator[Way]:
    """Yield the ways of requests to REST APIs, as each stage serves them; a canary has a way of its own."""
    for key, stage in world.services.apigateway.stages.at_work():
        for deployment in served_by(stage):
            if f"{key.partition('/')[0]}/{deployment}" not in world.services.apigateway.deployments.truth:
                source = f"method of stage {stage['stageName']}"
                yield Way(source, "nothing", {}, f"{source}: its deployment {deployment} is not there")
    for api, stage_name, name, integration in world.services.apigateway.served():
        source = f"method {stage_name} {name}"
        if integration.get("type") == "HTTP_PROXY":
            yield Way(source, "the service", {})
            continue
        arn = integration["uri"].removesuffix("/invocations").rpartition("/functions/")[2]
        way = _to_function(world, source, arn, "apigateway.amazonaws.com", world.arn("execute-api", api))
        if way:
            yield way


def _queue(world: World) -> Iterator[Way]:
    found = False
    for _, mapping in world.services.lambda_.mappings.at_work():
        way = _to_function(world, f"queue {QUEUE}", mapping["FunctionArn"]) if mapping["Enabled"] else None
        if way:
            found = True
            yield way
    if world.services.service.consuming and not found:
        yield Way(f"queue {QUEUE}", "the service", {})
    elif not found:
        yield Way(f"queue {QUEUE}", "nothing", {}, f"queue {QUEUE}: nobody polls it")


def _topics(world: World) -> Iterator[Way]:
    delivering: dict[str, list[Way]] = {}
    for topic in world.services.sns.topics.truth:
        delivering[topic] = []
    for _, each in world.services.sns.subscriptions.at_work():
        topic = each["TopicArn"]
        if each["Pending"] or PARKED in each.get("FilterPolicy", ""):
            continue
        source = f"topic {topic.rpartition(':')[2]}"
        if each["Protocol"] == "lambda":
            way = _to_function(world, source, each["Endpoint"], "sns.amazonaws.com", topic)
        else:
            way = Way(source, "the service", {})
        if way:
            delivering[topic].append(way)
    for topic, found in delivering.items():
        source = f"topic {topic.rpartition(':')[2]}"
        yield from found or [Way(source, "nothing", {}, f"{source}: nothing that is subscribed gets its messages")]


def _rules(world: World) -> Iterator[Way]:
    for key, target in world.services.events.targets.at_work():
        rule = key.partition("/")[0]
        source = f"rule {rule}"
        if ":api-destination/" in target["Arn"]:
            problem = _direct_problem(world, target)
            yield Way(source, "the service", {}, f"{source}: {problem}" if problem else "")
            continue
        way = _to_function(world, source, target["Arn"], "events.amazonaws.com", world.arn("events", f"rule/{rule}"))
        if way:
            yield way


def _direct_problem(world: World, target: Document) -> str:
    events, iam = world.services.events, world.services.iam
    destination = next(
        (each for each in events.destinations.truth.values() if each["ApiDestinationArn"] == target["Arn"]), None
    )
    if destination is None:
        return "its API destination is not there"
    if all(each["ConnectionArn"] != destination["ConnectionArn"] for each in events.connections.truth.values()):
        return "the connection of its API destination is not there"
    if not iam.allows(target["RoleArn"].rpartition("/")[2], "events:InvokeApiDestination"):
        return "its role is not there, or may not call the API destination"
    return ""


Key = tuple[str, str, tuple[tuple[str, str], ...]]
RATE = 2.0
"""What comes from each source, in a second."""


def rates(world: World, found: list[Way]) -> dict[Key, float]:
    """Return what CloudWatch counts in a second, by namespace, metric and dimensions; 0.0 is counted too."""
    counted: dict[Key, float] = {}

    def count(namespace: str, metric: str, rate: float, **dimensions: str) -> None:
        key = (namespace, metric, tuple(sorted(dimensions.items())))
        counted[key] = counted.get(key, 0.0) + rate

    for way in found:
        if way.problem:
            continue
        rate = RATE
        kind = way.source.partition(" ")[0]
        if way.versions:
            _of_lambda(world, way, kind, rate, count)
        _of_source(world, way, kind, rate, count)
    return counted


def _of_lambda(world: World, way: Way, kind: str, rate: float, count: Any) -> None:
    aliased = ":" in way.goes
    for number, share in way.versions.items():
        dimensions = [{"FunctionName": FUNCTION}, {"FunctionName": FUNCTION, "Resource": way.goes}]
        if aliased and len(way.versions) > 1:
            dimensions.append({"FunctionName": FUNCTION, "Resource": way.goes, "ExecutedVersion": number})
        for each in dimensions:
            count("AWS/Lambda", "Invocations", rate * share, **each)
            count("AWS/Lambda", "Errors", 0.0, **each)
            count("AWS/Lambda", "Duration", rate * share, **each)
        if number != LATEST:
            _of_proxy(world, number, kind, rate * share, count)


def _of_proxy(world: World, number: str, kind: str, rate: float, count: Any) -> None:
    version = world.services.lambda_.versions.truth[f"{FUNCTION}:{number}"]
    variables = (version.get("Environment") or {}).get("Variables") or {}
    events = variables.get("LAMBDA_MIGRATE_EVENTS")
    if events is None or world.unkind.metrics_lost:
        return
    request = kind in ("route", "method")
    taken = events in ("all", "api" if request else "non-api")
    state = world.services.service.state
    told = {
        "Proxied": rate if taken and state != "down" else 0.0,
        "PassedThrough": 0.0 if taken else rate,
        "Failed": 0.0,
        "Fallback": rate if taken and state == "down" else 0.0,
        "ServerErrors": rate if taken and request and state == "failing" else 0.0,
        "ClientErrors": 0.0,
        "Requests": rate if request else 0.0,
    }
    for metric, each in told.items():
        count("LambdaMigrate", metric, each, FunctionName=FUNCTION, FunctionVersion=number)


def _of_source(world: World, way: Way, kind: str, rate: float, count: Any) -> None:
    well = way.versions or world.services.service.state == "well"
    if kind == "route":
        api = next(iter(world.services.apigatewayv2.apis.truth))
        for metric, each in (("Count", rate), ("4xx", 0.0), ("5xx", 0.0 if well else rate)):
            count("AWS/ApiGateway", metric, each, ApiId=api)
    elif kind == "method":
        api, stage = next(iter(world.services.apigateway.apis.truth.values())), way.source.split()[1]
        for metric, each in (("Count", rate), ("4XXError", 0.0), ("5XXError", 0.0 if well else rate)):
            for about in ({"ApiName": api["name"]}, {"ApiName": api["name"], "Stage": stage}):
                count("AWS/ApiGateway", metric, each, **about)
    elif kind == "queue":
        for metric, each in (("NumberOfMessagesReceived", rate), ("NumberOfMessagesDeleted", rate if well else 0.0)):
            count("AWS/SQS", metric, each, QueueName=QUEUE)
    elif kind == "topic":
        topic = way.source.partition(" ")[2]
        delivered = "NumberOfNotificationsDelivered" if well else "NumberOfNotificationsFailed"
        count("AWS/SNS", delivered, rate, TopicName=topic)
        count("AWS/SNS", "NumberOfMessagesPublished", rate, TopicName=topic)
    else:
        rule = way.source.partition(" ")[2]
        count("AWS/Events", "InvocationAttempts", rate, RuleName=rule)
        count("AWS/Events", "SuccessfulInvocationAttempts" if well else "RetryInvocationAttempts", rate, RuleName=rule)
