"""What somebody else changes meanwhile, in the same documents; done to a world that we are not in as well.

``BESIDE`` is what stands beside our own changes and has to survive both directions. ``AGAINST`` is what undoes or
overwrites one of them: it has to be told, and to break nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.simulation.refusals import Refused
from tests.simulation.world import ACCOUNT, FUNCTION

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.agreement import Subject
    from tests.simulation.world import World

Change = "Callable[[World], None]"


def a_statement(world: World) -> None:
    """Let another rule invoke the function, which does not name it yet."""
    world.client("lambda").add_permission(
        FunctionName=FUNCTION,
        StatementId=f"theirs-{len(world.services.lambda_.policies.truth[FUNCTION]['Statement'])}",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=world.arn("events", "rule/theirs"),
    )


def a_batch_size(world: World) -> None:
    """Change how the mapping delivers."""
    for uuid in list(world.services.lambda_.mappings.truth):
        world.client("lambda").update_event_source_mapping(UUID=uuid, BatchSize=7)


def a_dead_letter_queue(world: World) -> None:
    """Give the function's own subscription another dead-letter queue."""
    queue = json.dumps({"deadLetterTargetArn": world.arn("sqs", "theirs")})
    for arn, each in list(world.services.sns.subscriptions.truth.items()):
        if each["Endpoint"] == world.services.lambda_.arn(FUNCTION):
            world.client("sns").set_subscription_attributes(
                SubscriptionArn=arn, AttributeName="RedrivePolicy", AttributeValue=queue
            )


def another_target(world: World) -> None:
    """Have the rule tell somebody else too."""
    theirs = {"Id": "theirs", "Arn": world.arn("sqs", "theirs")}
    world.client("events").put_targets(Rule=f"{FUNCTION}-rule", Targets=[theirs])


def a_tag(world: World) -> None:
    """Tag the function."""
    world.services.lambda_.tags.setdefault(FUNCTION, {})["owner"] = "theirs"


def an_age_of_events(world: World) -> None:
    """Change the unqualified function's asynchronous settings."""
    world.client("lambda").put_function_event_invoke_config(
        FunctionName=FUNCTION, MaximumRetryAttempts=1, MaximumEventAgeInSeconds=3600
    )


def another_secret(world: World) -> None:
    """Make a secret of their own."""
    if "theirs" not in world.services.secretsmanager.secrets.truth:
        world.client("secretsmanager").create_secret(Name="theirs", SecretString="theirs")


BESIDE: dict[str, Callable[[World], None]] = {
    each.__name__: each
    for each in (
        a_statement,
        a_batch_size,
        a_dead_letter_queue,
        another_target,
        a_tag,
        an_age_of_events,
        another_secret,
    )
}


def the_alias_goes_home(world: World) -> None:
    """Put the alias on version 1."""
    world.client("lambda").update_alias(
        FunctionName=FUNCTION, Name="live", FunctionVersion="1", RoutingConfig={"AdditionalVersionWeights": {}}
    )


def the_schedule_goes(world: World) -> None:
    """Delete every schedule."""
    for name in list(world.services.scheduler.schedules.truth):
        world.client("scheduler").delete_schedule(Name=name)


def the_layer_goes(world: World) -> None:
    """Delete every version of the proxy's layer."""
    for each in list(world.services.lambda_.layers.truth.values()):
        name = each["LayerArn"].rpartition(":")[2]
        world.client("lambda").delete_layer_version(LayerName=name, VersionNumber=each["Version"])


def the_environment_changes(world: World) -> None:
    """Give the function another variable, beside whatever it has."""
    now: Any = world.services.lambda_.latest.truth[FUNCTION]
    variables = {**now["Environment"]["Variables"], "ADDED": "meanwhile"}
    world.client("lambda").update_function_configuration(FunctionName=FUNCTION, Environment={"Variables": variables})


def the_code_changes(world: World) -> None:
    """Deploy other code."""
    world.client("lambda").update_function_code(FunctionName=FUNCTION, ZipFile=b"other code")


def the_mapping_stops(world: World) -> None:
    """Switch the mapping off."""
    for uuid in list(world.services.lambda_.mappings.truth):
        world.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False)


def the_target_goes(world: World) -> None:
    """Take the function's target from the rule."""
    if f"{FUNCTION}-rule/function" in world.services.events.targets.truth:
        world.client("events").remove_targets(Rule=f"{FUNCTION}-rule", Ids=["function"])


def a_permission_goes(world: World) -> None:
    """Take away the first permission of the alias."""
    policy = world.services.lambda_.policies.truth.get(f"{FUNCTION}:live")
    for statement in (policy or {}).get("Statement", ())[:1]:
        world.client("lambda").remove_permission(FunctionName=FUNCTION, Qualifier="live", StatementId=statement["Sid"])


def the_pin_goes(world: World) -> None:
    """Delete the alias that pins the original."""
    world.client("lambda").delete_alias(FunctionName=FUNCTION, Name="lambda-migrate")


AGAINST: dict[str, Callable[[World], None]] = {
    each.__name__: each
    for each in (
        the_alias_goes_home,
        the_schedule_goes,
        the_layer_goes,
        the_environment_changes,
        the_code_changes,
        the_mapping_stops,
        the_target_goes,
        a_permission_goes,
        the_pin_goes,
    )
}

TOUCHES: dict[str, tuple[str, ...]] = {
    "the_alias_goes_home": ("alias",),
    "the_layer_goes": ("layer", "latest"),
    "the_environment_changes": ("latest",),
    "the_code_changes": ("latest",),
    "the_mapping_stops": ("mapping", "mapping target"),
    "the_target_goes": ("target",),
    "a_permission_goes": ("permission",),
    "the_pin_goes": ("pin",),
}
"""Kinds of what the ledger tells of, that somebody else's change makes untrue."""


def done(name: str, world: World) -> bool:
    """Have somebody else make a change; return whether AWS carried it out."""
    if FUNCTION not in world.services.lambda_.latest.truth:
        return False
    try:
        (BESIDE | AGAINST)[name](world)
    except Refused:
        return False
    return True


def touched(names: set[str], subject: Subject) -> bool:
    """Return whether one of some changes is about what a record is about."""
    return any(subject[0] in TOUCHES.get(name, ()) for name in names)


__all__ = ["ACCOUNT", "AGAINST", "BESIDE", "done", "touched"]
