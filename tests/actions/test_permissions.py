"""What each kind of action says that it calls is what it calls: nothing is missing, and nothing is too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions import Observed
from lambda_migrate.aws.permissions import Place, permissions
from lambda_migrate.engine.apply import bring
from tests.actions.worlds import LOCAL, WORLDS
from tests.support.permissions import refused, unused

if TYPE_CHECKING:
    from tests.actions.crashes import Crashes
    from tests.actions.stage import Stage, World

pytestmark = pytest.mark.sandbox

PLACE = Place("aws", "us-east-1", "000000000000")

RARELY = {
    "publish_version": {"lambda:ListAliases"},  # cleanup asks whether an alias names it
    "remove_leftover": {"lambda:CreateAlias", "lambda:GetFunctionConfiguration"},  # those of what it takes away
    "shift_weight": {"lambda:GetProvisionedConcurrencyConfig"},  # where the alias shows weights that nobody set
    "pin_original": {"lambda:UpdateAlias", "lambda:CreateAlias", "lambda:DeleteAlias"},  # made, or found as the lock
    "create_environment": {"elasticbeanstalk:DescribeInstancesHealth"},  # where it is not well
    "point_integration": {"apigateway:GET"},  # a deployment that is under way is looked at
    "point_route": {"apigateway:GET"},
    "rehearse_route": {"apigateway:GET"},
    "end_rehearsal": {"apigateway:GET"},
    "shift_stage": {"apigateway:GET"},  # the working copy is read before the first share alone
    "point_websocket_integration": {"apigateway:GET"},  # a deployment that is under way is looked at
    "point_authorizer": {"apigateway:GET"},
    "set_stage_variable": {"apigateway:GET"},
    "point_topic_rule": {"iam:PassRole", "iot:ListTopicRules"},  # where another action has a role; where it is gone
    "point_user_pool": {"iam:PassRole"},  # where the pool sends text messages
    "subscribe": {"sns:SetSubscriptionAttributes"},  # one that has to stay is parked
    "create_viewer_function": {"cloudfront:ListFunctions"},  # before a plan runs, they are counted
    # where what made the function was killed before it published it, or one that was removed is made again
    "share_origin": {"cloudfront:PublishFunction", "cloudfront:CreateFunction"},
    "publish_signed_layer": {"s3:GetObject", "s3:GetObjectVersion"},  # Signer and Lambda, in the caller's name
    "put_stack": {"cloudformation:DescribeStackEvents"},  # where it fails
}
"""What only happens now and then."""


@pytest.fixture(params=[name for name in WORLDS if name not in LOCAL])
def world(request: pytest.FixtureRequest, stage: Stage) -> World:
    return WORLDS[request.param](stage)


def test_what_an_action_calls_there_and_back_is_what_it_says(world: World, crashes: Crashes) -> None:
    action, aws = world.action, crashes.aws
    said = [each for call in action.aws_calls() for each in permissions(call, PLACE)]
    crashes.arm()
    action.current(aws)
    bring(action, aws, Observed.AFTER)
    action.current(aws)
    if action.reversible:
        bring(action, aws, Observed.BEFORE)

    assert refused(crashes.made, said, PLACE) == []
    left = {each.action for each in unused(crashes.made, said, PLACE)}
    assert left <= RARELY.get(action.kind, set())
