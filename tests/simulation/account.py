"""The account as its owners have it: the function `orders` with a trigger of each kind, and 60 days of traffic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.inventory.world import World as Made
from tests.inventory.world import build
from tests.simulation.clock import BEGIN
from tests.simulation.services.the_service import KEYS
from tests.simulation.unkindness import KIND, Unkindness
from tests.simulation.world import FUNCTION, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

DAYS = 60 * 86400.0
API_KEY = "orders/api-key"
_ARN = f"arn:aws:lambda:eu-west-1:123456789012:function:{FUNCTION}"
_PATH = "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{}/invocations"


def nothing_else(_client: Callable[[str], Any]) -> None:
    """Make nothing besides."""


def opened(
    seed: int = 0, unkind: Unkindness = KIND, also: Callable[[Callable[[str], Any]], object] = nothing_else
) -> World:
    """Return an account with the function and all that calls it.

    Args:
        seed: Of everything that is left to chance.
        unkind: How unkind it is once everything is made.
        also: Makes what else there is.
    """
    world = World(seed, unkind)
    with world.somebody_else():
        furnish(world.client)
        also(world.client)
        if unkind.provisioned:
            _provision(world)
    world.services.cloudwatch.count(BEGIN - DAYS, BEGIN, world._flowing()[2])
    return world


def furnish(client: Callable[[str], Any], name: str = FUNCTION) -> Made:
    """Make the function, its triggers and its secrets."""
    arn = client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Handler="app.main.handler",
        Role=f"arn:aws:iam::123456789012:role/{name}",
        Code={"ZipFile": b"the code"},
        Timeout=10,
        Environment={"Variables": {"PASSWORD": "hunter2"}},
    )["FunctionArn"]
    client("secretsmanager").create_secret(Name=KEYS, SecretString="k1:the-first-signing-secret")
    client("secretsmanager").create_secret(Name=API_KEY, SecretString="the-api-key")
    return build(client, arn)


def rest_api(client: Callable[[str], Any]) -> None:
    """Make a REST API with a method of ours and one of somebody else, and a stage that serves it."""
    gateway = client("apigateway")
    api = gateway.create_rest_api(name="shop")["id"]
    for path, arn in (("{proxy+}", _ARN), ("theirs", f"{_ARN}-other")):
        resource = gateway.create_resource(restApiId=api, parentId="root", pathPart=path)["id"]
        about = {"restApiId": api, "resourceId": resource, "httpMethod": "ANY"}
        gateway.put_method(**about, authorizationType="NONE")
        gateway.put_integration(**about, integrationHttpMethod="POST", type="AWS_PROXY", uri=_PATH.format(arn))
    gateway.create_deployment(restApiId=api, stageName="prod")
    client("lambda").add_permission(
        FunctionName=FUNCTION,
        StatementId="rest-api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:eu-west-1:123456789012:{api}/*/*",
    )


def _provision(world: World) -> None:
    """Give the function the alias `live`, with provisioned concurrency, as its owners' deployments do."""
    functions = world.client("lambda")
    number = functions.publish_version(FunctionName=FUNCTION)["Version"]
    functions.create_alias(FunctionName=FUNCTION, Name="live", FunctionVersion=number)
    world.services.lambda_.provisioned[f"{FUNCTION}:live"] = 5
