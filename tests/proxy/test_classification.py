"""Which kind of event is this?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lambda_migrate.proxy.runtime.shapes import classify
from tests.events import non_http, requests

SHARED = Path(__file__).parents[3] / "shared" / "events"

KINDS = {
    "rest-api": "rest-api",
    "http-api-1.0": "http-api-1.0",
    "http-api-2.0": "http-api-2.0",
    "function-url": "function-url",
    "alb": "alb",
    "alb-multi": "alb",
    "lattice-1.0": "lattice-1.0",
    "lattice-2.0": "lattice-2.0",
}

NO_REQUESTS = {
    "token-authorizer": "authorizer",
    "request-authorizer": "authorizer",
    "request-authorizer-2": "authorizer",
    "destination": "destination",
    "appsync-authorizer": "appsync",
    "websocket-message": "websocket",
    "websocket-connect": "websocket",
    "websocket-disconnect": "websocket",
}


@pytest.mark.parametrize("door", requests.FRONT_DOORS)
def test_each_front_door_is_recognised(door: str) -> None:
    assert classify(requests.FRONT_DOORS[door]()).name == KINDS[door]


@pytest.mark.parametrize("name", non_http.OTHERS)
def test_what_is_no_request_is_told_from_what_looks_like_one(name: str) -> None:
    shape = classify(non_http.OTHERS[name])

    assert (shape.name, shape.read) == (NO_REQUESTS.get(name, "event"), None)


def test_a_rest_event_behind_a_base_path_mapping_also_carries_a_raw_path() -> None:
    assert classify(requests.rest_api(rawPath="/base/orders")).name == "rest-api"


@pytest.mark.parametrize("door", ["rest-api", "http-api-1.0", "http-api-2.0"])
def test_an_api_made_from_openapi_names_its_operation_as_appsync_does(door: str) -> None:
    event = requests.FRONT_DOORS[door]()
    event["requestContext"]["operationName"] = "listOrders"

    assert classify(event).name == door
    assert classify({"requestContext": {"operationName": "listOrders"}}).name == "appsync"


def test_a_viewer_request_at_the_edge_is_recognised_and_a_response_is_not_a_request() -> None:
    assert classify(requests.edge()).name == "lambda-edge"
    assert classify(non_http.edge_response()).name == "event"


@pytest.mark.parametrize("request_context", [None, "missing"])
def test_the_test_button_of_the_console_is_a_rest_request(request_context: Any) -> None:
    event = requests.rest_api(requestContext=request_context, headers=None, multiValueHeaders=None)
    if request_context == "missing":
        del event["requestContext"]

    assert classify(event).name == "rest-api"


def test_a_request_context_that_is_no_map_is_not_believed() -> None:
    assert classify(requests.rest_api(requestContext="live")).name == "event"


def test_warmers_and_schedules_are_real_traffic() -> None:
    warmer = {"source": "serverless-plugin-warmup"}

    assert [classify(event).read for event in (warmer, non_http.schedule())] == [None, None]


@pytest.mark.parametrize("junk", [[], {}, 0, "text", True, None, [{}], {"elb": 1}, [None]])
@pytest.mark.parametrize(
    "field", ["requestContext", "Records", "version", "type", "httpMethod", "path", "raw_path", "method", "http"]
)
def test_no_field_of_any_type_makes_classification_raise(field: str, junk: Any) -> None:
    for make in (*requests.FRONT_DOORS.values(), requests.edge):
        event = make()
        classify({**event, field: junk})
        classify({**event, "requestContext": {**(event.get("requestContext") or {}), field: junk}})


EXPECTED = {
    "apigateway__aws-proxy": "rest-api",
    "apiGatewayProxyEvent_noVersionAuth": "rest-api",
    "apiGatewayProxyEventAnotherPath": "http-api-1.0",
    "apiGatewayProxyV2Event": "http-api-2.0",
    "lambdaFunctionUrlEvent": "function-url",
    "albEvent": "alb",
    "albMultiValueHeadersEvent": "alb",
    "vpcLatticeEventV2": "lattice-2.0",
    "vpcLatticeEvent": "lattice-1.0",
    "vpcLatticeV2Event": "lattice-2.0",
    "apiGatewayAuthorizer": "authorizer",
    "appSyncAuthorizerEvent": "appsync",
    "appSyncResolverEvent": "event",
    "bedrockAgentEvent": "event",
    "kinesisStreamEvent": "event",
    "cloudformationCustomResourceCreate": "event",
}


def test_recorded_events_are_what_their_names_say() -> None:
    wrong = {}
    for path in sorted(SHARED.rglob("*.json")):
        prefix = next((name for name in EXPECTED if path.stem.startswith(name)), None)
        found = classify(json.loads(path.read_text())).name
        if prefix is not None and found != EXPECTED[prefix]:
            wrong[path.name] = found

    assert wrong == {}
