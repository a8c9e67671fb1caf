"""What `init` asks AWS: the function as it is, its code, its layers and what its role may do. Reads only.

Values of environment variables pass through here on their way to the scaffold, which writes none that looks secret.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambda_migrate.aws.arn import Arn
from lambda_migrate.aws.download import fetch
from lambda_migrate.errors import AwsError, MigrateError, NoCredentials, NotAllowed, NotFound
from lambda_migrate.function.documents import PREFIX, layers, variables
from lambda_migrate.inventory import concurrency
from lambda_migrate.inventory.model import PROXY_LAYER
from lambda_migrate.scaffold.facts import FunctionFacts, unwatched
from lambda_migrate.scaffold.source import Source, from_zip
from lambda_migrate.workflow import image_lift
from lambda_migrate.workflow.image_lift import OTHERWISE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_migrate.aws.session import Aws
    from lambda_migrate.function.image import Image

ORIGINAL_HANDLER = "LAMBDA_MIGRATE_ORIGINAL_HANDLER"
"""The variable by which a proxy version knows the function's own handler."""

_API_ID = re.compile(r"arn:[^:]+:execute-api:[^:]*:[^:]*:([a-z0-9]+)")
_TOPIC = re.compile(r"arn:[^:\"]+:sns:[^:\"]+:[^:\"]+:[\w.-]+")
_PRINCIPALS = {"sns.amazonaws.com": "sns", "events.amazonaws.com": "api-destination"}


@dataclass(frozen=True)
class DeployedFunction:
    """A function as it is in AWS.

    Attributes:
        facts: What is known of it.
        code: Where its package is, a URL that is valid for ten minutes; "" for images.
        warnings: What could not be read, and what the service needs besides, one line each.
        image: The container image that it runs, None where it runs none, or one that cannot be read.
        unread: Why it cannot be read, one clause.
    """

    facts: FunctionFacts
    code: str
    warnings: tuple[str, ...] = ()
    image: Image | None = None
    unread: str = ""


def read_function(aws: Aws, name: str, qualifier: str = "") -> DeployedFunction:
    """Read a function's configuration, limits and permissions.

    Args:
        aws: Where to look; reads only.
        name: The function.
        qualifier: The version or alias whose code and configuration are lifted; "" for ``$LATEST``.

    Raises:
        NotFound: The function or its version does not exist.
        NotAllowed: It may not be read.
    """
    try:
        answer = aws.call("lambda", "get_function", FunctionName=name, Qualifier=qualifier or None)
    except NotFound as error:
        raise NotFound(
            f"function `{name}` {f'has no `{qualifier}`' if qualifier else 'does not exist'} in {aws.region_name}",
            operation=error.operation,
            aws_code=error.aws_code,
            hint="check the name, `--region` and `--profile`",
        ) from error
    configuration: dict[str, Any] = answer["Configuration"]
    handler, environment, attached = _unproxied(configuration)
    warnings: list[str] = []
    facts = FunctionFacts(
        name=configuration["FunctionName"],
        region=aws.region_name,
        account=aws.account,
        runtime=configuration.get("Runtime", ""),
        handler=handler,
        timeout=float(configuration.get("Timeout", 3)),
        memory=int(configuration.get("MemorySize", 128)),
        architecture=(configuration.get("Architectures") or ["x86_64"])[0],
        environment=environment,
        role=configuration["Role"],
        policies=_policies(aws, Arn.parse(configuration["Role"]).last, warnings),
        layers=attached,
        reserved_concurrency=(answer.get("Concurrency") or {}).get("ReservedConcurrentExecutions"),
        peak_concurrency=_peak(aws, configuration["FunctionName"], warnings),
        vpc={key: value for key, value in (configuration.get("VpcConfig") or {}).items() if value},
        dead_letter=(configuration.get("DeadLetterConfig") or {}).get("TargetArn", ""),
        code_sha256=configuration["CodeSha256"],
        arn=configuration["FunctionArn"].removesuffix(f":{configuration.get('Version', '$LATEST')}"),
        endpoint=aws.endpoint if aws.on_this_machine else "",
    )
    facts = _with_callers(aws, facts, warnings)
    warnings += _of_file_systems(configuration)
    deployed, unread = _image(aws, answer)
    facts = image_lift.with_what_it_tells(deployed, facts) if deployed else facts
    return DeployedFunction(facts, (answer.get("Code") or {}).get("Location", ""), tuple(warnings), deployed, unread)


def _image(aws: Aws, answer: dict[str, Any]) -> tuple[Image | None, str]:
    """Return the image that a function runs, or why it cannot be read: with `--source` nobody needs it."""
    try:
        return image_lift.described(aws, answer), ""
    except NoCredentials:
        raise
    except MigrateError as error:
        return None, error.message


def _of_file_systems(configuration: dict[str, Any]) -> Iterator[str]:
    """Yield which files the function finds that the service does not have by itself."""
    for each in configuration.get("FileSystemConfigs") or ():
        path, arn = each["LocalMountPath"], each["Arn"]
        yield f"the function has a file system at `{path}` (`{arn}`): mount it there for the service, too"


def _unproxied(configuration: dict[str, Any]) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """Return the handler, variables and layers of the function itself, also of a version that is its proxy."""
    environment = variables(configuration)
    handler = environment.get(ORIGINAL_HANDLER) or configuration.get("Handler", "")
    own = {name: value for name, value in environment.items() if not name.startswith(PREFIX)}
    return handler, own, tuple(arn for arn in layers(configuration) if f":layer:{PROXY_LAYER}" not in arn)


def source(aws: Aws, deployed: DeployedFunction, at: Callable[[int, int], None] = unwatched) -> Source:
    """Download the function's package and its layers, or its image.

    Args:
        aws: Where to look.
        deployed: The function.
        at: Told how many bytes of an image have come, of how many.

    Raises:
        MigrateError: It cannot be downloaded, or what came is not what AWS says it is.
    """
    name = deployed.facts.name
    if deployed.image:
        return image_lift.source(aws, deployed.image, at)
    if not deployed.code:
        why = f" that cannot be read: {deployed.unread}" if deployed.unread else ""
        raise MigrateError(f"`{name}` is deployed as a container image{why}", hint=OTHERWISE)
    content = fetch(deployed.code, deployed.facts.code_sha256, f"the package of `{name}`", otherwise=OTHERWISE)
    return from_zip(content).with_layers(*(_layer(aws, arn) for arn in deployed.facts.layers))


def completed(facts: FunctionFacts, code: Source) -> FunctionFacts:
    """Return the facts with the Python that is installed beside the code, where nothing else tells it."""
    return facts if facts.runtime or not code.python else replace(facts, runtime=f"python{code.python}")


def _layer(aws: Aws, arn: str) -> Source:
    what = f"layer `{Arn.parse(arn).name}`"
    try:
        content = aws.call("lambda", "get_layer_version_by_arn", Arn=arn)["Content"]
    except (NotAllowed, NotFound) as error:
        raise MigrateError(f"{what} cannot be read: {error.message}", hint=OTHERWISE) from error
    return from_zip(fetch(content["Location"], content["CodeSha256"], what, otherwise=OTHERWISE), what)


def _policies(aws: Aws, role: str, warnings: list[str]) -> dict[str, Any]:
    try:
        attached = aws.pages("iam", "list_attached_role_policies", "AttachedPolicies", RoleName=role)
        policies: dict[str, Any] = {policy["PolicyArn"]: None for policy in attached}
        for name in aws.pages("iam", "list_role_policies", "PolicyNames", RoleName=role):
            policies[name] = aws.call("iam", "get_role_policy", RoleName=role, PolicyName=name)["PolicyDocument"]
    except (AwsError, NotAllowed) as error:
        warnings.append(f"what role `{role}` may do could not be read ({error.message})")
        return {}
    return policies


def _with_callers(aws: Aws, facts: FunctionFacts, warnings: list[str]) -> FunctionFacts:
    """Return the facts with what triggers need of the service without Lambda, and the routes of its APIs."""
    parts: set[str] = set()
    apis: set[str] = set()
    topics: set[str] = set()
    queues: set[str] = set()
    name = facts.name
    try:
        aliases = [alias["Name"] for alias in aws.pages("lambda", "list_aliases", "Aliases", FunctionName=name)]
        for qualifier in (*aliases, None):
            policy = _policy(aws, name, qualifier)
            parts |= {part for principal, part in _PRINCIPALS.items() if f'"{principal}"' in policy}
            apis |= set(_API_ID.findall(policy))
            topics |= set(_TOPIC.findall(policy))
            of = f"{name}:{qualifier}" if qualifier else name
            for mapping in aws.pages("lambda", "list_event_source_mappings", "EventSourceMappings", FunctionName=of):
                origin = str(mapping.get("EventSourceArn", ""))
                queues |= {origin} if ":sqs:" in origin else set()
    except (AwsError, NotAllowed) as error:
        warnings.append(
            f"what triggers `{name}` could not be read ({error.message}); add what it needs with `init --add`"
        )
    routes = sorted({route for api in apis for route in _routes(aws, api, name)})
    parts |= {"sqs"} if queues else set()
    urls = tuple(_queue_url(aws, queue) for queue in sorted(queues))
    return replace(facts, parts=frozenset(parts), routes=tuple(routes), topics=tuple(sorted(topics)), queues=urls)


def _queue_url(aws: Aws, queue: str) -> str:
    """Return the URL of a queue; where AWS does not tell it, its ARN, to be looked up by a person."""
    parsed = Arn.parse(queue)
    try:
        named = {"QueueName": parsed.name, "QueueOwnerAWSAccountId": parsed.account}
        return str(aws.call("sqs", "get_queue_url", **named)["QueueUrl"])
    except (AwsError, NotAllowed):
        return queue


def _routes(aws: Aws, api: str, name: str) -> set[str]:
    """Return the keys of an API's routes that lead to the function; what cannot be read tells nothing."""
    try:
        integrations = aws.pages("apigatewayv2", "get_integrations", "Items", ApiId=api)
        invokes = re.compile(rf":function:{re.escape(name)}(?![\w-])")
        ours = {
            f"integrations/{each['IntegrationId']}"
            for each in integrations
            if invokes.search(each.get("IntegrationUri") or "")
        }
        routes = aws.pages("apigatewayv2", "get_routes", "Items", ApiId=api) if ours else ()
        return {str(each["RouteKey"]) for each in routes if each.get("Target") in ours}
    except NotFound:
        return _resources(aws, api, name)
    except (AwsError, NotAllowed):
        return set()


def _resources(aws: Aws, api: str, name: str) -> set[str]:
    """Return the routes of a REST API whose methods invoke the function, in the form of an HTTP API's."""
    try:
        resources = aws.pages("apigateway", "get_resources", "items", restApiId=api, embed=["methods"])
        invokes = re.compile(rf":function:{re.escape(name)}(?![\w-])")
        return {
            f"{method} {resource['path']}"
            for resource in resources
            for method, each in (resource.get("resourceMethods") or {}).items()
            if invokes.search((each.get("methodIntegration") or {}).get("uri") or "")
        }
    except (AwsError, NotAllowed):
        return set()


def _policy(aws: Aws, name: str, qualifier: str | None) -> str:
    try:
        return str(aws.call("lambda", "get_policy", FunctionName=name, Qualifier=qualifier)["Policy"])
    except NotFound:
        return ""


def _peak(aws: Aws, name: str, warnings: list[str]) -> int | None:
    """Return the most invocations that CloudWatch saw at once in the last two weeks."""
    try:
        return concurrency.peak(aws, name, datetime.now(UTC))
    except (AwsError, NotAllowed) as error:
        warnings.append(f"how many ran at once could not be read ({error.message})")
        return None
