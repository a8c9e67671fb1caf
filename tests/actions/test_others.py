"""What happens when somebody else is at work at the same time, or AWS will not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.awsrequest import AWSResponse

from lambda_migrate.actions import Observed
from lambda_migrate.actions.event_source.point_mapping import PointMapping
from lambda_migrate.actions.event_source.switch_mapping import SwitchMapping
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.actions.function.shift_weight import ShiftWeight
from lambda_migrate.actions.sns.subscribe import Subscribe
from lambda_migrate.aws.session import READ_PREFIXES, Aws
from lambda_migrate.engine.apply import bring
from lambda_migrate.errors import Drifted, NotAllowed, PreconditionFailed
from tests.actions.endpoint import confirming_endpoint
from tests.actions.worlds import LOCAL, WORLDS
from tests.actions.worlds_function import configure_latest
from tests.support.waiting import eventually

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws
    from tests.actions.stage import Stage

pytestmark = pytest.mark.sandbox


@pytest.fixture
def lone(embedded_aws: EmbeddedAws) -> Aws:
    """A session of its own, for tests that hook into it."""
    return Aws(region=embedded_aws.region, endpoint_url=embedded_aws.endpoint_url)


@pytest.mark.parametrize("name", [name for name in WORLDS if name not in LOCAL])
def test_a_read_that_is_refused_is_never_taken_for_nothing_there(name: str, stage: Stage, lone: Aws) -> None:
    world = WORLDS[name](stage)
    original = world.documents()
    changing: list[str] = []

    def refuse_reads(model: Any, **_ignored: Any) -> Any:
        if not model.name.startswith(READ_PREFIXES):
            changing.append(model.name)
            return None
        error = {"Code": "AccessDeniedException", "Message": "no"}
        return AWSResponse("", 403, {}, None), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 403}}

    lone.session.events.register_last("before-call", refuse_reads)

    with pytest.raises(NotAllowed):
        world.action.observe(lone)
    for side in (Observed.AFTER, Observed.BEFORE) if world.action.reversible else (Observed.AFTER,):
        with pytest.raises(NotAllowed):
            bring(world.action, lone, side)
    assert changing == []
    assert world.documents() == original


def second_operator(aws: Aws, operation: str, act: Callable[[], object]) -> None:
    """Let somebody else act right before our call of that name is sent, once."""
    acted: list[str] = []

    def interfere(model: Any, **_ignored: Any) -> None:
        if model.name == operation and not acted:
            acted.append(operation)
            act()

    aws.session.events.register("before-call", interfere)


def test_a_weight_is_not_written_over_a_change_of_the_same_moment(stage: Stage, lone: Aws) -> None:
    world = WORLDS["shift_weight"](stage)
    second_operator(lone, "UpdateAlias", world.foreign)

    with pytest.raises(PreconditionFailed):
        world.action.apply(lone)

    assert world.documents()["live"] == {
        "Name": "live",
        "FunctionVersion": "1",
        "Description": "theirs",
        "AliasArn": (f"arn:aws:lambda:us-east-1:000000000000:function:{stage.name}:live"),
    }
    world.action.apply(lone)
    assert world.action.observe(lone) is Observed.AFTER


def test_the_proxy_is_not_put_over_a_configuration_of_the_same_moment(stage: Stage, lone: Aws) -> None:
    world = configure_latest(stage)
    second_operator(lone, "UpdateFunctionConfiguration", world.foreign)

    with pytest.raises(PreconditionFailed) as raised:
        world.action.apply(lone)

    assert stage.latest()["Timeout"] == 42
    assert stage.latest()["Handler"] == "index.handler"
    assert raised.value.message == "lambda:UpdateFunctionConfiguration failed: PreconditionFailedException"
    world.action.apply(lone)
    assert (stage.latest()["Timeout"], world.action.observe(lone)) == (42, Observed.AFTER)


def test_a_version_of_other_code_is_not_published(stage: Stage, lone: Aws) -> None:
    world = WORLDS["publish_version"](stage)
    stage.recode()

    with pytest.raises(Drifted, match="not the one that the plan saw"):
        world.action.apply(lone)
    assert stage.versions() == {}


def test_code_deployed_in_the_moment_of_publishing_is_not_published(stage: Stage, lone: Aws) -> None:
    world = WORLDS["publish_version"](stage)
    second_operator(lone, "PublishVersion", stage.recode)

    with pytest.raises(Exception, match="CodeSHA256"):
        world.action.apply(lone)
    assert stage.versions() == {}


def test_where_latest_is_published_already_no_version_is_made_and_it_says_so(stage: Stage, lone: Aws) -> None:
    stage.function()
    stage.publish("theirs")
    action = PublishVersion(stage.name, stage.code_sha256(), "lambda-migrate original 0123456789abcdef")

    with pytest.raises(Drifted) as raised:
        action.apply(lone)

    assert raised.value.message == f"`{stage.name}` has nothing new to publish: version 1 is what $LATEST is"
    assert raised.value.hint == "`lambda-migrate plan` again; it will use that version"
    assert list(stage.versions()) == ["theirs"]


def test_where_aws_shows_the_published_version_otherwise_it_says_which_fields_and_how_to_go_on(
    stage: Stage, lone: Aws
) -> None:
    stage.function()
    stage.publish("theirs")
    action = PublishVersion(stage.name, stage.code_sha256(), "lambda-migrate original 0123456789abcdef")

    def otherwise(parsed: dict[str, Any], context: dict[str, Any], **_ignored: Any) -> None:
        if context.get("numbered"):
            parsed["LoggingConfig"] = {"LogFormat": "Text"}

    def remember(params: dict[str, Any], context: dict[str, Any], **_ignored: Any) -> None:
        context["numbered"] = "Qualifier" in params

    events = lone.client("lambda").meta.events
    events.register("before-parameter-build.lambda.GetFunctionConfiguration", remember)
    events.register("after-call.lambda.GetFunctionConfiguration", otherwise)
    with pytest.raises(Drifted) as raised:
        action.apply(lone)

    assert raised.value.hint == (
        "Lambda shows LoggingConfig of the two differently: change the function's description, so that there is"
        " something to publish, then `lambda-migrate plan` again; and please report this"
    )


def test_a_weight_on_a_version_that_is_gone_is_refused(stage: Stage, lone: Aws) -> None:
    world = WORLDS["shift_weight"](stage)
    action = ShiftWeight(stage.name, "live", {"version": "1", "weights": {}}, {"version": "marker:gone", "weights": {}})

    with pytest.raises(Drifted) as raised:
        action.apply(lone)

    assert raised.value.message == f"`{stage.name}` has no version `gone`"
    assert world.documents()["live"]["FunctionVersion"] == "1"


def test_a_mapping_that_moves_is_waited_for(stage: Stage, aws: Aws) -> None:
    arn = stage.function()
    live = stage.alias("live", stage.publish("original"))
    uuid = stage.mapping(stage.name)
    point, switch = PointMapping(uuid, "queue", arn, live), SwitchMapping(uuid, "queue", before=True, after=False)

    point.apply(aws)
    assert point.observe(aws) is Observed.MOVING
    bring(switch, aws, Observed.AFTER)

    assert stage.mapping_at_rest(uuid)["State"] == "Disabled"
    assert point.observe(aws) is Observed.AFTER


def test_an_endpoint_is_subscribed_once_it_has_confirmed(stage: Stage, aws: Aws) -> None:
    topic = stage.topic()
    with confirming_endpoint() as endpoint:
        action = Subscribe(topic, "http", endpoint.url, {})
        action.apply(aws)
        assert eventually(lambda: endpoint.asked)
        assert action.observe(aws) is Observed.MOVING
        assert action.current(aws) == f"{endpoint.url}: not confirmed yet"

        action.remind(aws)
        endpoint.confirm()
        assert action.observe(aws) is Observed.AFTER
        action.undo(aws)

    assert action.observe(aws) is Observed.BEFORE
    assert stage.subscriptions(topic) == {}
