"""HTTP requests as each front door hands them to a function."""

from __future__ import annotations

from typing import Any

Event = dict[str, Any]

HOST = "shop.example.com"
CLIENT = "203.0.113.7"
AGENT = "parcel-tracker/3.1"


def rest_api(method: str = "GET", path: str = "/orders", **changes: Any) -> Event:
    """Return an event of an API Gateway REST API."""
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {"Accept": "*/*", "Host": HOST, "User-Agent": AGENT, "X-Forwarded-Proto": "https"},
        "multiValueHeaders": {
            "Accept": ["*/*"],
            "Host": [HOST],
            "User-Agent": [AGENT],
            "X-Forwarded-Proto": ["https"],
        },
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": {"proxy": path.lstrip("/")},
        "stageVariables": None,
        "requestContext": {
            "accountId": "210987654321",
            "apiId": "q1w2e3r4t5",
            "domainName": HOST,
            "httpMethod": method,
            "identity": {"sourceIp": CLIENT, "userAgent": AGENT},
            "path": f"/live{path}",
            "protocol": "HTTP/1.1",
            "requestId": "0d9c1a52-7c53-4bb4-8f04-3f1a1d1e2b3c",
            "requestTimeEpoch": 1793000000000,
            "resourcePath": "/{proxy+}",
            "stage": "live",
        },
        "body": None,
        "isBase64Encoded": False,
        **changes,
    }


def http_api_1(method: str = "GET", path: str = "/orders", **changes: Any) -> Event:
    """Return an event of an API Gateway HTTP API with payload 1.0."""
    return {
        "version": "1.0",
        "resource": "/orders",
        "path": path,
        "httpMethod": method,
        "headers": {"Content-Length": "0", "Host": HOST, "User-Agent": AGENT},
        "multiValueHeaders": {"Content-Length": ["0"], "Host": [HOST], "User-Agent": [AGENT]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": {
            "accountId": "210987654321",
            "apiId": "z9y8x7w6v5",
            "domainName": HOST,
            "httpMethod": method,
            "identity": {"sourceIp": CLIENT, "userAgent": AGENT},
            "path": path,
            "protocol": "HTTP/1.1",
            "requestId": "JKq0ijXkIAMEVvg=",
            "stage": "$default",
        },
        "pathParameters": None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
        **changes,
    }


def http_api_2(method: str = "GET", path: str = "/orders", query: str = "", **changes: Any) -> Event:
    """Return an event of an API Gateway HTTP API with payload 2.0."""
    return _payload_2(method, path, query, HOST, "z9y8x7w6v5", changes)


def function_url(method: str = "GET", path: str = "/orders", query: str = "", **changes: Any) -> Event:
    """Return an event of a function URL."""
    return _payload_2(
        method,
        path,
        query,
        "m2n3b4v5c6x7.lambda-url.eu-central-1.on.aws",
        "m2n3b4v5c6x7",
        {"pathParameters": None} | changes,
    )


def _payload_2(method: str, path: str, query: str, host: str, api: str, changes: Event) -> Event:
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "accept": "*/*",
            "host": host,
            "user-agent": AGENT,
            "x-forwarded-for": CLIENT,
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "210987654321",
            "apiId": api,
            "domainName": host,
            "domainPrefix": host.partition(".")[0],
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": CLIENT,
                "userAgent": AGENT,
            },
            "requestId": "JKq0ijXkIAMEVvg=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "23/Nov/2026:08:00:00 +0000",
            "timeEpoch": 1793000000000,
        },
        "isBase64Encoded": False,
        **changes,
    }


def alb(method: str = "GET", path: str = "/orders", **changes: Any) -> Event:
    """Return an event of an Application Load Balancer without multi-value headers."""
    return {
        "requestContext": {
            "elb": {
                "targetGroupArn": "arn:aws:elasticloadbalancing:eu-central-1:210987654321:targetgroup/shop/1a2b3c4d"
            }
        },
        "httpMethod": method,
        "path": path,
        "queryStringParameters": {},
        "headers": {
            "accept": "*/*",
            "host": HOST,
            "user-agent": AGENT,
            "x-forwarded-for": CLIENT,
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "body": "",
        "isBase64Encoded": False,
        **changes,
    }


def alb_multi(method: str = "GET", path: str = "/orders", **changes: Any) -> Event:
    """Return an event of an Application Load Balancer with multi-value headers."""
    event = alb(method, path)
    single = event.pop("headers")
    event.pop("queryStringParameters")
    return {
        **event,
        "multiValueHeaders": {name: [value] for name, value in single.items()},
        "multiValueQueryStringParameters": {},
        **changes,
    }


def lattice_1(method: str = "GET", path: str = "/orders", **changes: Any) -> Event:
    """Return an event of VPC Lattice, version 1.0."""
    return {
        "raw_path": path,
        "method": method,
        "headers": {"accept": "*/*", "host": HOST, "user-agent": AGENT, "x-forwarded-for": CLIENT},
        "query_string_parameters": {},
        "body": "",
        "is_base64_encoded": False,
        **changes,
    }


def lattice_2(method: str = "GET", path: str = "/orders", **changes: Any) -> Event:
    """Return an event of VPC Lattice, version 2.0."""
    service = "arn:aws:vpc-lattice:eu-central-1:210987654321"
    return {
        "version": "2.0",
        "path": path,
        "method": method,
        "headers": {"accept": ["*/*"], "host": [HOST], "user-agent": [AGENT], "x-forwarded-for": [CLIENT]},
        "queryStringParameters": {},
        "body": "",
        "isBase64Encoded": False,
        "requestContext": {
            "serviceNetworkArn": f"{service}:servicenetwork/sn-0a1b2c3d",
            "serviceArn": f"{service}:service/svc-0a1b2c3d",
            "targetGroupArn": f"{service}:targetgroup/tg-0a1b2c3d",
            "identity": {"sourceVpcArn": "arn:aws:ec2:eu-central-1:210987654321:vpc/vpc-0a1b2c3d"},
            "region": "eu-central-1",
            "timeEpoch": "1793000000000000",
        },
        **changes,
    }


def edge(method: str = "GET", path: str = "/orders", **changes: Any) -> Event:
    """Return a viewer request of Lambda@Edge."""
    request = {
        "clientIp": CLIENT,
        "headers": {"host": [{"key": "Host", "value": HOST}]},
        "method": method,
        "querystring": "",
        "uri": path,
        **changes,
    }
    config = {"distributionId": "EXAMPLEDIST", "eventType": "viewer-request"}
    return {"Records": [{"cf": {"config": config, "request": request}}]}


FRONT_DOORS = {
    "rest-api": rest_api,
    "http-api-1.0": http_api_1,
    "http-api-2.0": http_api_2,
    "function-url": function_url,
    "alb": alb,
    "alb-multi": alb_multi,
    "lattice-1.0": lattice_1,
    "lattice-2.0": lattice_2,
}
