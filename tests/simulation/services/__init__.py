"""The services of the account, one file each: a method for each operation, named as boto3 names it.

Parameters are AWS's own, in its own spelling; what an operation refuses it raises as `Refused`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.simulation.services.api_gateway import ApiGatewayV2
from tests.simulation.services.cloudwatch import CloudWatch
from tests.simulation.services.eventbridge import Events
from tests.simulation.services.iam import Iam
from tests.simulation.services.lambda_ import Lambda
from tests.simulation.services.rest_apis import ApiGateway
from tests.simulation.services.scheduler import Scheduler
from tests.simulation.services.secrets_manager import SecretsManager
from tests.simulation.services.small import CloudFormation, CloudTrail, Logs, Pipes, Sqs, Sts
from tests.simulation.services.sns import Sns
from tests.simulation.services.the_service import TheService

if TYPE_CHECKING:
    from tests.simulation.world import World


@dataclass
class Services:
    """Every service of an account, and the lifted service that runs outside of it."""

    world: World
    lambda_: Lambda
    apigatewayv2: ApiGatewayV2
    apigateway: ApiGateway
    sns: Sns
    events: Events
    scheduler: Scheduler
    iam: Iam
    secretsmanager: SecretsManager
    cloudwatch: CloudWatch
    logs: Logs
    cloudtrail: CloudTrail
    sts: Sts
    sqs: Sqs
    pipes: Pipes
    cloudformation: CloudFormation
    service: TheService

    def by_name(self, name: str) -> Any:
        """Return a service as boto3 names it; None where the account has nothing of it."""
        return getattr(self, "lambda_" if name == "lambda" else name, None)

    def prune(self, function: str) -> None:
        """Delete old versions that no alias names, where somebody's pruner watches."""
        kept = self.world.unkind.versions_kept
        if not kept:
            return
        versions = self.lambda_.versions.truth
        numbers = sorted(
            (int(key.partition(":")[2]) for key in versions if key.startswith(f"{function}:")), reverse=True
        )
        pinned = self.lambda_.pinned(function)
        for number in numbers[kept:]:
            if str(number) not in pinned:
                self.lambda_.versions.drop(f"{function}:{number}")


def build(world: World) -> Services:
    """Return the services of an empty account."""
    return Services(
        world,
        Lambda(world),
        ApiGatewayV2(world),
        ApiGateway(world),
        Sns(world),
        Events(world),
        Scheduler(world),
        Iam(world),
        SecretsManager(world),
        CloudWatch(world),
        Logs(world),
        CloudTrail(),
        Sts(),
        Sqs(world),
        Pipes(),
        CloudFormation(),
        TheService(world),
    )
