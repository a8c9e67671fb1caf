"""What `init` asks AWS, against answers as AWS gives them and a web server that hands out packages."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast

import pytest

from lambda_migrate.errors import MigrateError, NotAllowed, NotFound
from lambda_migrate.workflow import lift
from tests.scaffold.packages import MAIN, installed, zipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.session import Aws

ROLE = "arn:aws:iam::123456789012:role/service/orders"
LAYER = "arn:aws:lambda:eu-west-1:123456789012:layer:shared:7"
PACKAGE = zipped({"main.py": MAIN, **installed("fastapi", "0.165.0", "fastapi")})
SHARED = zipped({"python/shared.py": "x = 1\n"})


def sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


class Account:
    """An AWS with one function, as far as `init` looks; an error among the answers is raised."""

    region_name = "eu-west-1"
    endpoint = "https://lambda.eu-west-1.amazonaws.com"
    on_this_machine = False
    account = "123456789012"

    def __init__(self, shelf: str) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.configuration: dict[str, Any] = {
            "FunctionName": "orders",
            "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:orders",
            "Runtime": "python3.12",
            "Handler": "main.handler",
            "Timeout": 29,
            "MemorySize": 256,
            "Architectures": ["arm64"],
            "Role": ROLE,
            "CodeSha256": sha256(PACKAGE),
            "Environment": {"Variables": {"TABLE": "orders"}},
            "Layers": [{"Arn": LAYER}],
            "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": [], "VpcId": "vpc-1"},
        }
        self.answers: dict[str, Any] = {
            "get_function": {
                "Configuration": self.configuration,
                "Code": {"Location": f"{shelf}/package"},
                "Concurrency": {"ReservedConcurrentExecutions": 5},
            },
            "get_layer_version_by_arn": {
                "Content": {"Location": f"{shelf}/layer", "CodeSha256": sha256(SHARED)},
            },
            "get_role_policy": {"PolicyDocument": {"Statement": []}},
            "list_attached_role_policies": [{"PolicyArn": "arn:aws:iam::aws:policy/Queue"}],
            "list_role_policies": ["tables"],
            "list_aliases": [],
            "get_policy": NotFound("it has no policy"),
            "list_event_source_mappings": [],
            "get_metric_data": [{"Id": "peak", "Values": [3.0, 17.0]}, {"Id": "peak", "Values": []}],
        }

    def call(self, _service: str, operation: str, **parameters: Any) -> Any:
        self.asked.append((operation, {name: value for name, value in parameters.items() if value is not None}))
        answer = self.answers[operation]
        if isinstance(answer, MigrateError):
            raise answer
        return answer

    def pages(self, service: str, operation: str, _key: str, **parameters: Any) -> Any:
        return self.call(service, operation, **parameters)


@pytest.fixture
def shelf() -> Iterator[str]:
    """A web server on this machine that hands out the package and the layer; everything else is forbidden."""

    class Shelf(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = {"/package": PACKAGE, "/layer": SHARED, "/cut": PACKAGE[:99]}.get(self.path)
            self.send_response(403 if content is None else 200)
            if self.path == "/cut":
                self.send_header("Content-Length", str(len(PACKAGE)))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_ignored: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def account(shelf: str) -> Account:
    return Account(shelf)


def look(account: Account, qualifier: str = "") -> lift.DeployedFunction:
    return lift.read_function(cast("Aws", account), "orders", qualifier)


def download(account: Account) -> Any:
    return lift.source(cast("Aws", account), look(account))


def test_limits_role_network_and_concurrency_are_those_of_the_function(account: Account) -> None:
    found = look(account)

    facts = found.facts
    assert (facts.timeout, facts.memory, facts.architecture, facts.python) == (29.0, 256, "arm64", "3.12")
    assert (facts.reserved_concurrency, facts.peak_concurrency, facts.concurrency) == (5, 17, 5)
    assert facts.policies == {"arn:aws:iam::aws:policy/Queue": None, "tables": {"Statement": []}}
    assert facts.vpc == {"SubnetIds": ["subnet-1"], "VpcId": "vpc-1"}
    assert (facts.environment, facts.layers, found.warnings) == ({"TABLE": "orders"}, (LAYER,), ())


def _api(*operations: tuple[str, Any]) -> dict[str, Any]:
    source = {"ArnLike": {"AWS:SourceArn": "arn:aws:execute-api:eu-west-1:123456789012:a1b2/*/*"}}
    policy = {"Statement": [{"Principal": {"Service": "apigateway.amazonaws.com"}, "Condition": source}]}
    return {"get_policy": {"Policy": json.dumps(policy)}, **dict(operations)}


_FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:orders"
_INTEGRATIONS = (
    "get_integrations",
    [
        {"IntegrationId": "i1", "IntegrationUri": _FUNCTION},
        {"IntegrationId": "i2", "IntegrationUri": f"{_FUNCTION}-archive"},
        {"IntegrationId": "i3"},
    ],
)
_ROUTES = (
    "get_routes",
    [
        {"RouteKey": "ANY /orders/{proxy+}", "Target": "integrations/i1"},
        {"RouteKey": "ANY /archive/{proxy+}", "Target": "integrations/i2"},
        {"RouteKey": "$default"},
    ],
)
_RESOURCES = (
    "get_resources",
    [
        {"path": "/"},
        {
            "path": "/v1/{proxy+}",
            "resourceMethods": {
                "ANY": {"methodIntegration": {"uri": f"arn:aws:apigateway:…/functions/{_FUNCTION}:live/invocations"}},
                "OPTIONS": {},
            },
        },
    ],
)


@pytest.mark.parametrize(
    ("answers", "routes"),
    [
        (_api(_INTEGRATIONS, _ROUTES), ("ANY /orders/{proxy+}",)),
        (_api(("get_integrations", NotFound("it is a REST API")), _RESOURCES), ("ANY /v1/{proxy+}",)),
        (_api(("get_integrations", NotAllowed("no"))), ()),
        (_api(("get_integrations", NotFound("gone")), ("get_resources", NotFound("gone"))), ()),
    ],
    ids=["an HTTP API", "a REST API", "one that may not be read", "one that is gone"],
)
def test_the_routes_that_lead_to_the_function_are_known(
    account: Account, answers: dict[str, Any], routes: tuple[str, ...]
) -> None:
    account.answers |= answers
    assert (look(account).facts.routes, look(account).warnings) == (routes, ())


def _allowing(principal: str) -> dict[str, str]:
    return {"Policy": json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"Service": principal}}]})}


@pytest.mark.parametrize(
    ("answers", "parts"),
    [
        ({}, set()),
        ({"get_policy": _allowing("sns.amazonaws.com")}, {"sns"}),
        ({"get_policy": _allowing("events.amazonaws.com")}, {"api-destination"}),
        ({"get_policy": _allowing("apigateway.amazonaws.com")}, set()),
        (
            {
                "list_event_source_mappings": [{"EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:orders"}],
                "get_queue_url": {"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"},
            },
            {"sqs"},
        ),
        ({"list_event_source_mappings": [{"EventSourceArn": "arn:aws:kinesis:eu-west-1:1:stream/s"}, {}]}, set()),
    ],
)
def test_the_service_gets_the_parts_that_the_triggers_need(
    account: Account, answers: dict[str, Any], parts: set[str]
) -> None:
    account.answers |= answers
    assert look(account).facts.parts == parts


def test_triggers_of_an_alias_count_too(account: Account) -> None:
    account.answers["list_aliases"] = [{"Name": "live"}]
    look(account)
    asked = [parameters for operation, parameters in account.asked if operation == "list_event_source_mappings"]
    assert asked == [{"FunctionName": "orders:live"}, {"FunctionName": "orders"}]


def test_triggers_that_may_not_be_read_are_told(account: Account) -> None:
    account.answers["list_aliases"] = NotAllowed("lambda:ListAliases is denied")
    found = look(account)
    assert found.facts.parts == frozenset()
    assert found.warnings == (
        "what triggers `orders` could not be read (lambda:ListAliases is denied); add what it needs with `init --add`",
    )


@pytest.mark.parametrize(("qualifier", "asked"), [("", {}), ("3", {"Qualifier": "3"}), ("live", {"Qualifier": "live"})])
def test_the_chosen_version_is_asked_for(account: Account, qualifier: str, asked: dict[str, str]) -> None:
    look(account, qualifier)

    assert account.asked[0] == ("get_function", {"FunctionName": "orders", **asked})


def test_a_proxy_version_is_lifted_as_the_function_that_it_stands_for(account: Account) -> None:
    account.configuration["Handler"] = "lambda_migrate_proxy.handler"
    account.configuration["Layers"].append({"Arn": LAYER.replace("shared", "lambda-migrate-proxy-orders")})
    account.configuration["Environment"]["Variables"] |= {
        "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "main.handler",
        "LAMBDA_MIGRATE_SIGNING_KEYS": "k1:secret",
    }

    facts = look(account, "live").facts

    assert (facts.handler, facts.layers, facts.environment) == ("main.handler", (LAYER,), {"TABLE": "orders"})


def test_a_version_that_is_not_there_is_named(account: Account) -> None:
    account.answers["get_function"] = NotFound("no")

    with pytest.raises(NotFound, match="function `orders` has no `9` in eu-west-1"):
        look(account, "9")


def test_the_package_and_its_layers_are_downloaded(account: Account) -> None:
    found = download(account)

    assert "main.py" in found.paths
    assert found.read("main.py").decode() == MAIN
    assert [layer.paths for layer in found.layers] == [("python/shared.py",)]


@pytest.mark.parametrize("what", ["package", "layer"])
def test_what_is_not_what_aws_says_it_is_is_refused(account: Account, what: str) -> None:
    other = sha256(b"something else")
    account.configuration["CodeSha256"] = other if what == "package" else sha256(PACKAGE)
    account.answers["get_layer_version_by_arn"]["Content"]["CodeSha256"] = other

    with pytest.raises(MigrateError) as caught:
        download(account)

    named = "the package of `orders`" if what == "package" else "layer `shared:7`"
    assert (caught.value.message, caught.value.hint) == (
        f"{named} was damaged during the download",
        "run the same command again",
    )


def test_a_package_that_is_not_handed_out_is_told(account: Account, shelf: str) -> None:
    account.answers["get_function"]["Code"]["Location"] = f"{shelf}/expired"

    with pytest.raises(MigrateError, match="the package of `orders` cannot be downloaded: 403 Forbidden"):
        download(account)


def test_a_package_that_ends_early_is_told(account: Account, shelf: str) -> None:
    account.answers["get_function"]["Code"]["Location"] = f"{shelf}/cut"

    with pytest.raises(MigrateError) as caught:
        download(account)
    assert (caught.value.message, caught.value.hint) == (
        f"the package of `orders` cannot be downloaded: it ended after 99 of {len(PACKAGE)} bytes",
        "run the same command again",
    )


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(b"", "server disconnected"), (b"SSH-2.0\r\n", "server disconnected"), (b"HTTP/1.1 2xx\r\n\r\n", "2xx")],
)
def test_what_speaks_no_http_is_told(account: Account, answer: bytes, reason: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        account.answers["get_function"]["Code"]["Location"] = f"http://127.0.0.1:{port}/package"

        def speak() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=speak)
        thread.start()
        with pytest.raises(MigrateError, match=f"the package of `orders` cannot be downloaded: .*{reason}"):
            download(account)
        thread.join()


def test_a_container_image_has_no_package(account: Account) -> None:
    account.answers["get_function"]["Code"] = {"ImageUri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/orders:1"}

    with pytest.raises(MigrateError, match="`orders` is deployed as a container image") as caught:
        download(account)
    assert caught.value.hint == "name its sources with `--source`"


def test_a_layer_that_may_not_be_read_is_named_with_the_way_around_it(account: Account) -> None:
    account.answers["get_layer_version_by_arn"] = NotAllowed("lambda:GetLayerVersion is not allowed")

    with pytest.raises(MigrateError) as caught:
        download(account)

    assert caught.value.message == "layer `shared:7` cannot be read: lambda:GetLayerVersion is not allowed"
    assert caught.value.hint == "name its sources with `--source`"


def test_a_role_and_metrics_that_may_not_be_read_are_told_and_stop_nothing(account: Account) -> None:
    account.answers["list_attached_role_policies"] = NotAllowed("iam is not allowed")
    account.answers["get_metric_data"] = NotAllowed("cloudwatch is not allowed")

    found = look(account)

    assert (found.facts.policies, found.facts.peak_concurrency) == ({}, None)
    assert found.warnings == (
        "what role `orders` may do could not be read (iam is not allowed)",
        "how many ran at once could not be read (cloudwatch is not allowed)",
    )
