"""Events other than HTTP requests, though some look like one."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.events.requests import CLIENT, HOST, edge, rest_api

Event = dict[str, Any]

ACCOUNT = "210987654321"
REGION = "eu-central-1"


def sqs(*bodies: str) -> Event:
    """Return a batch of SQS messages."""
    return {
        "Records": [
            {
                "messageId": f"5f0c2b1e-{number:04}",
                "receiptHandle": f"AQEBhandle{number}",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1793000000000"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:parcels",
                "awsRegion": REGION,
            }
            for number, body in enumerate(bodies or ('{"parcel": 17}',))
        ]
    }


def sns(message: str = "parcel 17 left") -> Event:
    """Return an SNS notification."""
    topic = f"arn:aws:sns:{REGION}:{ACCOUNT}:parcels"
    notification = {
        "Type": "Notification",
        "MessageId": "b2c3d4e5-0001",
        "TopicArn": topic,
        "Subject": None,
        "Message": message,
        "Timestamp": "2026-11-23T08:00:00.000Z",
        "MessageAttributes": {},
    }
    return {
        "Records": [
            {"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": f"{topic}:1", "Sns": notification}
        ]
    }


def s3(key: str = "labels/17.pdf") -> Event:
    """Return an S3 notification."""
    described = {"bucket": {"name": "parcel-labels"}, "object": {"key": key, "size": 4096, "eTag": "0a1b2c"}}
    return {
        "Records": [
            {
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": REGION,
                "eventName": "ObjectCreated:Put",
                "s3": {"s3SchemaVersion": "1.0", "configurationId": "new-label", **described},
            }
        ]
    }


def dynamodb_stream() -> Event:
    """Return a batch of a DynamoDB stream."""
    change = {
        "Keys": {"id": {"N": "17"}},
        "NewImage": {"id": {"N": "17"}},
        "SequenceNumber": "4421584500000000017450439091",
    }
    return {"Records": [{"eventID": "1", "eventName": "INSERT", "eventSource": "aws:dynamodb", "dynamodb": change}]}


def kinesis(*payloads: bytes) -> Event:
    """Return a batch of a Kinesis stream."""
    return {
        "Records": [
            {
                "eventSource": "aws:kinesis",
                "kinesis": {
                    "partitionKey": "17",
                    "sequenceNumber": f"4959033827149025660855969253836157109592157598913658890{number}",
                    "data": base64.b64encode(payload).decode(),
                    "approximateArrivalTimestamp": 1793000000.107,
                },
            }
            for number, payload in enumerate(payloads or (b"parcel 17",))
        ]
    }


def eventbridge(**detail: Any) -> Event:
    """Return an event of EventBridge."""
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "Parcel Left",
        "source": "shop.parcels",
        "account": ACCOUNT,
        "time": "2026-11-23T08:00:00Z",
        "region": REGION,
        "resources": [],
        "detail": detail or {"parcel": 17},
    }


def schedule() -> Event:
    """Return what a scheduled rule sends."""
    return {**eventbridge(), "detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}


def token_authorizer() -> Event:
    """Return what a TOKEN authorizer gets."""
    arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:q1w2e3r4t5/live/GET/orders"
    return {"type": "TOKEN", "authorizationToken": "Bearer 17", "methodArn": arn}


def request_authorizer() -> Event:
    """Return what a REQUEST authorizer gets: nearly a REST API event."""
    arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:q1w2e3r4t5/live/GET/orders"
    return {**rest_api(), "type": "REQUEST", "methodArn": arn}


def request_authorizer_2() -> Event:
    """Return what a REQUEST authorizer of an HTTP API gets."""
    arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:z9y8x7w6v5/$default/GET/orders"
    http = {"method": "GET", "path": "/orders", "sourceIp": CLIENT}
    return {"version": "2.0", "type": "REQUEST", "routeArn": arn, "requestContext": {"http": http, "domainName": HOST}}


def destination() -> Event:
    """Return what a destination gets after an asynchronous invocation."""
    return {
        "version": "1.0",
        "timestamp": "2026-11-23T08:00:00.000Z",
        "requestContext": {
            "requestId": "0d9c1a52-7c53-4bb4-8f04-3f1a1d1e2b3c",
            "functionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:parcels:live",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"parcel": 17},
        "responsePayload": {"errorType": "ParcelLost"},
    }


def appsync_authorizer() -> Event:
    """Return what an AppSync authorizer gets."""
    return {"authorizationToken": "17", "requestContext": {"apiId": "graph", "queryString": "query { parcels }"}}


def websocket(event_type: str = "MESSAGE", **extra: Any) -> Event:
    """Return an event of a WebSocket API."""
    context = {"connectionId": "Z2YyzdgSIAMCJpA=", "eventType": event_type, "routeKey": "$default", "stage": "live"}
    return {"requestContext": context, "isBase64Encoded": False, **extra}


def websocket_connect() -> Event:
    """Return a WebSocket handshake, which carries what a REST API event does."""
    return {**rest_api(), **websocket("CONNECT"), "headers": {"Sec-WebSocket-Version": "13"}}


def edge_response() -> Event:
    """Return an origin response of Lambda@Edge."""
    event = edge()
    event["Records"][0]["cf"]["response"] = {"status": "200", "headers": {}}
    return event


def cognito_trigger() -> Event:
    """Return a trigger of a Cognito user pool."""
    return {
        "version": "1",
        "triggerSource": "PreSignUp_SignUp",
        "userPoolId": f"{REGION}_17",
        "request": {"userAttributes": {"email": "a@example.com"}},
        "response": {"autoConfirmUser": False},
    }


def logs() -> Event:
    """Return a CloudWatch Logs subscription's event."""
    return {"awslogs": {"data": base64.b64encode(json.dumps({"logEvents": []}).encode()).decode()}}


DIRECT: tuple[Any, ...] = ({"parcel": 17}, ["parcel", 17], "parcel", 17, 1.5, True, None, {}, [])

OTHERS = {
    "sqs": sqs(),
    "sns": sns(),
    "s3": s3(),
    "dynamodb-stream": dynamodb_stream(),
    "kinesis": kinesis(),
    "eventbridge": eventbridge(),
    "schedule": schedule(),
    "token-authorizer": token_authorizer(),
    "request-authorizer": request_authorizer(),
    "request-authorizer-2": request_authorizer_2(),
    "destination": destination(),
    "appsync-authorizer": appsync_authorizer(),
    "websocket-message": websocket(body="hello"),
    "websocket-connect": websocket_connect(),
    "websocket-disconnect": websocket("DISCONNECT"),
    "edge-response": edge_response(),
    "cognito-trigger": cognito_trigger(),
    "logs": logs(),
    **{f"direct-{number}": event for number, event in enumerate(DIRECT)},
}
