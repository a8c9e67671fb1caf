"""What the sandbox counts of sources, as AWS publishes it: APIs, URLs, balancers, CloudFront, SNS, EventBridge, SQS.

MiniStack publishes no metrics for these. What :mod:`lambda_migrate.sandbox.ministack.deliveries` delivers it counts
here; the rest is counted by wrapping the functions of MiniStack that do it. There are no metrics of latency, age
or size, and none of a rule's targets that are neither functions nor API destinations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ministack.core.responses import request_scope
from ministack.services import alb, apigateway, apigateway_v1, cloudfront, cloudwatch, eventbridge, lambda_svc, sns, sqs

from lambda_migrate.aws.arn import Arn
from lambda_migrate.sandbox.ministack.target_groups import balancers

if TYPE_CHECKING:
    from collections.abc import Callable

_NOT_CONNECTED = b'{"message": "Target '
_OWN_ANSWERS = (b'{"message": "Lambda ', b'{"message": "No registered targets', _NOT_CONNECTED)
"""How the answers of a load balancer itself begin: a function failed, a group has no targets, nobody listens there."""

CLIENT_ERRORS = 400
SERVER_ERRORS = 500


def install() -> None:
    """Count in the MiniStack of this process, on top of what has been wrapped before."""
    apigateway.handle_execute = _counting_requests(apigateway.handle_execute)
    apigateway_v1.handle_execute = _counting_requests_of_rest_apis(apigateway_v1.handle_execute)
    lambda_svc.handle_function_url_request = _counting_requests_of_urls(lambda_svc.handle_function_url_request)
    alb._forward_to_tg = _counting_requests_of_balancers(alb._forward_to_tg)
    cloudfront.handle_viewer_request = _counting_requests_of_distributions(cloudfront.handle_viewer_request)
    sns._fanout = _counting_publications(sns._fanout)
    sns._matches_filter_policy = _counting_filtered(sns._matches_filter_policy)
    sns._deliver_to_sqs = _counting_enqueued(sns._deliver_to_sqs)
    sqs._collect_msgs = _counting_received(sqs._collect_msgs)
    sqs._delete_messages_for_esm = _counting_deleted_by_mappings(sqs._delete_messages_for_esm)
    for action in ("DeleteMessage", "DeleteMessageBatch"):
        sqs._HANDLERS[action] = _counting_deleted(sqs._HANDLERS[action])


def of_topic(topic_arn: str, metric: str, count: int = 1) -> None:
    """Count for a topic.

    https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
    """
    _record(topic_arn, "AWS/SNS", metric, count, {"TopicName": Arn.parse(topic_arn).name})


def of_rule(rule_arn: str, *metrics: str) -> None:
    """Count once for a rule: by its name on the default bus, by bus and name on another.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
    """
    path = Arn.parse(rule_arn).below("rule")
    if not path:
        return  # a schedule of EventBridge Scheduler, which counts under a namespace of its own
    bus, _, name = path.rpartition("/")
    dimensions = {"EventBusName": bus, "RuleName": name} if bus else {"RuleName": name}
    for metric in metrics:
        _record(rule_arn, "AWS/Events", metric, 1, dimensions)


def of_trigger(target: dict[str, Any], rule: dict[str, Any]) -> None:
    """Count that a rule ran, once for all its targets."""
    key = eventbridge._rule_key(rule.get("Name", ""), rule.get("EventBusName", "default"))
    targets = eventbridge._targets.get(key) or [{}]
    if target.get("Id") == targets[0].get("Id"):
        of_rule(rule.get("Arn", ""), "TriggeredRules", "MatchedEvents")


def _record(arn: str, namespace: str, metric: str, value: float, dimensions: dict[str, str]) -> None:
    place = Arn.parse(arn)
    with request_scope(place.account, place.region):
        cloudwatch.record_metric(namespace, metric, value, "Count", dimensions)


def _counting_requests(original: Callable[..., Any]) -> Callable[..., Any]:
    """Every request to an HTTP API counts, for the API and for its stage, whatever answers it.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
    """

    async def execute(api_id: str, stage: str, *arguments: Any, **options: Any) -> Any:
        answer = await original(api_id, stage, *arguments, **options)
        scope = apigateway.find_api_scope(api_id)
        if scope is not None:
            arn = f"arn:aws:apigateway:{scope[1]}:{scope[0]}:{api_id}"
            for dimensions in ({"ApiId": api_id}, {"ApiId": api_id, "Stage": stage}):
                _of_answer(arn, "AWS/ApiGateway", dimensions, ("Count", "4xx", "5xx"), answer[0])
        return answer

    return execute


def _counting_requests_of_rest_apis(original: Callable[..., Any]) -> Callable[..., Any]:
    """Every request to a REST API counts under the API's name, and for its stage.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    """

    async def execute(api_id: str, stage: str, *arguments: Any, **options: Any) -> Any:
        answer = await original(api_id, stage, *arguments, **options)
        scope = apigateway_v1.find_api_scope(api_id)
        if scope is not None:
            account, region = scope[:2]
            arn = f"arn:aws:apigateway:{region}:{account}:{api_id}"
            with request_scope(account, region):
                name = (apigateway_v1._rest_apis.get(api_id) or {}).get("name", api_id)
            for dimensions in ({"ApiName": name}, {"ApiName": name, "Stage": stage}):
                _of_answer(arn, "AWS/ApiGateway", dimensions, ("Count", "4XXError", "5XXError"), answer[0])
        return answer

    return execute


def _counting_requests_of_urls(original: Callable[..., Any]) -> Callable[..., Any]:
    """Every request to a function URL counts for the function, and for the function or alias that the URL names.

    https://docs.aws.amazon.com/lambda/latest/dg/urls-monitoring.html
    """

    async def serve(url_id: str, *arguments: Any, **options: Any) -> Any:
        answer = await original(url_id, *arguments, **options)
        resolved = lambda_svc.resolve_function_url(url_id)
        if resolved is not None:
            account, region, function, qualifier = resolved[:4]
            arn = f"arn:aws:lambda:{region}:{account}:function:{function}"
            resource = f"{function}:{qualifier}" if qualifier else function
            names = ("UrlRequestCount", "Url4xxCount", "Url5xxCount")
            for dimensions in ({"FunctionName": function}, {"FunctionName": function, "Resource": resource}):
                _of_answer(arn, "AWS/Lambda", dimensions, names, answer[0])
        return answer

    return serve


def _counting_requests_of_balancers(original: Callable[..., Any]) -> Callable[..., Any]:
    """Every request counts for the load balancer, and for its target group where that had it.

    What the load balancer answers itself, because the function failed or there is none, no target has answered.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """

    async def forward(group_arn: str, *arguments: Any, **options: Any) -> Any:
        answer = await original(group_arn, *arguments, **options)
        status, _headers, body = answer
        own = status >= SERVER_ERRORS and isinstance(body, bytes) and body.startswith(_OWN_ANSWERS)
        for arn in balancers(group_arn):
            balancer = {"LoadBalancer": Arn.parse(arn).below("loadbalancer")}
            names = ("RequestCount", "HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count")
            for dimensions in (balancer, balancer | {"TargetGroup": Arn.parse(group_arn).resource}):
                _of_answer(group_arn, "AWS/ApplicationELB", dimensions, names, 0 if own else status)
                not_connected = int(own and body.startswith(_NOT_CONNECTED))
                _record(group_arn, "AWS/ApplicationELB", "TargetConnectionErrorCount", not_connected, dimensions)
            _record(group_arn, "AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", int(own), balancer)
        return answer

    return forward


def _counting_requests_of_distributions(original: Callable[..., Any]) -> Callable[..., Any]:
    """Every request to a distribution counts, in us-east-1; failures are percentages of the requests of a period.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
    """

    async def serve(distribution: dict[str, Any], *arguments: Any, **options: Any) -> Any:
        answer = await original(distribution, *arguments, **options)
        arn = f"arn:aws:cloudfront:us-east-1:{Arn.parse(distribution['ARN']).account}:distribution"
        dimensions = {"DistributionId": distribution["Id"], "Region": "Global"}
        status = answer[0]
        for name, counts in (
            ("Requests", 1.0),
            ("4xxErrorRate", 100.0 * (CLIENT_ERRORS <= status < SERVER_ERRORS)),
            ("5xxErrorRate", 100.0 * (status >= SERVER_ERRORS)),
        ):
            _record(arn, "AWS/CloudFront", name, counts, dimensions)
        return answer

    return serve


def _of_answer(arn: str, namespace: str, dimensions: dict[str, str], names: tuple[str, str, str], status: int) -> None:
    """Count an answer: under the first name in any case, under the others 1 or 0."""
    counted = (1, CLIENT_ERRORS <= status < SERVER_ERRORS, status >= SERVER_ERRORS)
    for name, value in zip(names, counted, strict=True):
        _record(arn, namespace, name, value, dimensions)


def _counting_publications(original: Callable[..., Any]) -> Callable[..., Any]:
    def fan_out(topic_arn: str, *arguments: Any, **options: Any) -> None:
        of_topic(topic_arn, "NumberOfMessagesPublished")
        original(topic_arn, *arguments, **options)

    return fan_out


def _counting_filtered(original: Callable[..., Any]) -> Callable[..., Any]:
    def matches(subscription: dict[str, Any], *arguments: Any, **options: Any) -> bool:
        if original(subscription, *arguments, **options):
            return True
        of_topic(str(Arn.parse(subscription["arn"]).parent), "NumberOfNotificationsFilteredOut")
        return False

    return matches


def _counting_enqueued(original: Callable[..., Any]) -> Callable[..., Any]:
    def deliver(*arguments: Any, topic_arn: str = "", **options: Any) -> None:
        original(*arguments, topic_arn=topic_arn, **options)
        of_topic(topic_arn, "NumberOfNotificationsDelivered")

    return deliver


def _counting_received(original: Callable[..., Any]) -> Callable[..., Any]:
    def collect(queue: dict[str, Any], *arguments: Any) -> Any:
        messages = original(queue, *arguments)
        _of_queue(queue, "NumberOfMessagesReceived", len(messages))
        return messages

    return collect


def _counting_deleted(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(data: dict[str, Any], url: str) -> Any:
        answer = original(data, url)
        _of_queue(sqs._get_q(data.get("QueueUrl", url)), "NumberOfMessagesDeleted", len(answer.get("Successful", "1")))
        return answer

    return delete


def _counting_deleted_by_mappings(original: Callable[..., Any]) -> Callable[..., Any]:
    def delete(queue_url: str, receipt_handles: set[str]) -> None:
        original(queue_url, receipt_handles)
        if receipt_handles:
            _of_queue(sqs._get_q(queue_url), "NumberOfMessagesDeleted", len(receipt_handles))

    return delete


def _of_queue(queue: dict[str, Any], metric: str, count: int) -> None:
    """Count for a queue.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
    """
    if count:
        _record(queue["attributes"].get("QueueArn", ""), "AWS/SQS", metric, count, {"QueueName": queue["name"]})
