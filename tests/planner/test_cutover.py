from __future__ import annotations

from dataclasses import replace

import pytest

from lambda_migrate.actions.cloudfront.point_origin import PointOrigin
from lambda_migrate.function.model import Alias, Qualified
from lambda_migrate.inventory.invocations import InvocationCounts
from lambda_migrate.planner import cutover, direct, retire
from lambda_migrate.triggers.base import Trigger
from lambda_migrate.triggers.cloudfront import Settings as Distribution
from lambda_migrate.triggers.function_url import Settings as FunctionUrl
from tests.inventory.fake_aws import statement
from tests.planner import worlds
from tests.planner.canary import VERSIONS, at, planned
from tests.triggers import known


def test_when_everything_is_done_there_is_nothing_to_do() -> None:
    plan = planned(at("3"))

    assert (plan.steps, plan.blockers) == ((), ())


def test_the_newest_proxy_version_is_the_target_whatever_it_proxies() -> None:
    versions = (*VERSIONS, worlds.version("4", "non-api"))
    found = worlds.inventory(versions=versions, alias=Alias("live", "3"))

    assert planned(found).summary == {"alias": "live", "from": "3", "to": "4", "events": "non-api"}


def test_without_waiting_for_propagation_no_step_waits() -> None:
    waiting = [step.propagation for step in planned(worlds.PROXIED).steps if step.propagation]
    hurried = [
        step.propagation
        for step in planned(worlds.PROXIED, "cutover: {propagation: false}\n").steps
        if step.propagation
    ]

    assert waiting == [10.0, 30.0, 60.0, 900.0, 60.0, 90.0]
    assert hurried == []


def test_an_alias_that_has_some_of_the_permissions_gets_the_rest() -> None:
    qualified = {
        "": Qualified(policy=worlds.PERMISSIONS, event_invoke=worlds.ASYNC),
        "live": Qualified(policy=({**worlds.PERMISSIONS[1], "Sid": "mine"},), event_invoke=worlds.ASYNC),
    }

    plan = planned(at("3", qualified=qualified))

    granted = [vars(step.action)["statement"]["Principal"] for step in plan.steps]
    assert granted == [{"Service": "apigateway.amazonaws.com"}, {"Service": "events.amazonaws.com"}]


def test_a_permission_that_cannot_be_copied_is_named() -> None:
    odd = statement("odd", {"AWS": ["arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b"]})
    plan = planned(at("3", qualified={"": Qualified(policy=(odd,))}))

    assert [blocker.partition(":")[0] for blocker in plan.blockers] == ["permission-not-copyable"]


def test_a_permission_of_somebody_who_is_gone_stops_the_plan_before_the_alias_is_made() -> None:
    gone = statement("gone", {"AWS": "AROAEXAMPLEEXAMPLEEXA"})
    plan = planned(at("3", qualified={"": Qualified(policy=(gone,))}))

    text = (
        "statement `gone` names a role or user that was deleted (AROAEXAMPLEEXAMPLEEXA): nobody can use it, remove it"
    )
    assert plan.blockers == (f"permission-not-copyable: {text}",)


def test_settings_of_the_alias_that_differ_are_set_to_those_of_the_function() -> None:
    own = {"MaximumRetryAttempts": 0}
    qualified = {"": Qualified(event_invoke=worlds.ASYNC), "live": Qualified(event_invoke=own)}

    (step,) = planned(at("3", qualified=qualified)).steps

    assert vars(step.action) == {"function": "orders", "qualifier": "live", "before": own, "after": worlds.ASYNC}


def test_without_a_proxy_version_it_says_what_to_run_first() -> None:
    plan = planned(worlds.FRESH)

    assert plan.steps == ()
    assert plan.blockers == (
        "no-proxy-version: no version proxies yet; run `proxy deploy` first",
        "no-original-version: no published version matches $LATEST; `proxy deploy` publishes one",
    )


def test_code_that_was_deployed_since_is_never_put_under_the_alias_in_silence() -> None:
    plan = planned(at("3", code_sha256="AAAA"))

    assert [blocker.partition(":")[0] for blocker in plan.blockers] == [
        "latest-differs-from-alias",
        "proxy-version-outdated",
    ]


@pytest.mark.usefixtures("made_up_kinds")
def test_a_trigger_that_cannot_be_re_pointed_is_named_until_it_is_accepted() -> None:
    found = replace(at("3"), triggers=(known.slow_snail("uploads"), known.slow_snail("invoices")))
    advice = "point it at `live` by hand, or accept that it stays"
    text = f"goes on invoking `$LATEST`: it takes too long; {advice}"
    accept = "accept:\n- {rule: 'trigger:snail', path: uploads, reason: moves next week}\n"

    assert planned(found).blockers == (
        f"trigger:snail: snail `uploads` {text}",
        f"trigger:snail: snail `invoices` {text}",
    )
    assert planned(found, accept).blockers == (f"trigger:snail: snail `invoices` {text}",)
    assert planned(found, accept).warnings == (f"accepted (moves next week): trigger:snail: snail `uploads` {text}",)


@pytest.mark.usefixtures("made_up_kinds")
def test_a_trigger_that_can_only_reach_the_alias_is_pointed_at_it_as_every_other() -> None:
    plan = planned(replace(at("3"), triggers=(known.carrier_pigeon("coop"),)))

    assert plan.blockers == ()
    assert [(step.action.kind, step.trigger, step.group) for step in plan.steps] == [
        ("point_mapping", "pigeon:loft:coop", "carrier pigeon")
    ]


@pytest.mark.usefixtures("made_up_kinds")
def test_a_trigger_of_another_qualifier_is_named() -> None:
    found = replace(at("3"), triggers=(known.sqs("7"), known.slow_snail("uploads", "live")))

    assert [blocker.partition(": ")[0] for blocker in planned(found).blockers] == ["qualifier:7"]


def test_triggers_that_deliver_nothing_are_left_alone() -> None:
    found = replace(at("3"), triggers=(known.sqs(enabled=False), known.sns(enabled=False), known.http_api(routes=())))

    assert planned(found).steps == ()


def test_unexplained_callers_are_a_warning() -> None:
    found = replace(at("3"), unexplained=("`*` may invoke the unqualified function",))

    assert planned(found).warnings == ("unexplained: `*` may invoke the unqualified function",)


@pytest.mark.parametrize("alias", ["live", "prod"])
def test_the_alias_has_the_name_that_migration_yaml_gives(alias: str) -> None:
    (created, *_rest) = planned(replace(worlds.PROXIED, alias=alias)).steps

    assert vars(created.action)["alias"] == alias
    assert vars(created.action)["version"] == "1"


def test_an_alias_on_latest_needs_a_version_that_is_what_latest_is() -> None:
    plan = planned(at("$LATEST", configuration_sha256="other"))

    assert (plan.steps, [blocker.partition(":")[0] for blocker in plan.blockers]) == ((), ["no-original-version"])


def test_settings_that_say_the_same_in_other_words_are_left_alone() -> None:
    written_out = {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 21600, "DestinationConfig": {"OnSuccess": {}}}
    qualified = {"": Qualified(event_invoke={"MaximumRetryAttempts": 2}), "live": Qualified(event_invoke=written_out)}

    assert planned(at("3", qualified=qualified)).steps == ()


@pytest.mark.parametrize(
    ("phase", "blocking"),
    [("cutover", ["async settings", "function URLs"]), ("direct", ["function URLs"]), ("retire", ["function URLs"])],
)
def test_what_could_not_be_read_is_not_planned_as_if_there_were_none(phase: str, blocking: list[str]) -> None:
    found = replace(at("3"), unread=("code signing", "async settings", "function URLs"))
    config = worlds.settings("")
    plan = {
        "cutover": lambda: cutover.plan(found, config),
        "direct": lambda: direct.plan(found, config),
        "retire": lambda: retire.plan(found, config, InvocationCounts("", "", 60.0)),
    }[phase]()

    unread = [blocker for blocker in plan.blockers if blocker.startswith("unread: ")]
    assert unread == [
        f"unread: {what} could not be read, so the plan would miss it; allow it to be read" for what in blocking
    ]


def test_what_a_stack_would_put_back_is_named_until_nobody_deploys_it() -> None:
    owners = {f"{known.ARN}:live": "shop", known.sqs().id: "jobs", "a1b2c3": "shop"}
    found = replace(worlds.PROXIED, owners=owners)
    back = "and its next deployment puts it back, or fails; see to it that nobody deploys the stack, then accept this"
    accept = "accept: [{rule: owned-by-stack, reason: the pipeline is off}]\n"

    assert planned(found).blockers == (
        f"owned-by-stack: CloudFormation stack `shop` owns alias `live`, {back}",
        f"owned-by-stack: CloudFormation stack `shop` owns HTTP API `orders-api`, {back}",
        f"owned-by-stack: CloudFormation stack `jobs` owns SQS queue `jobs`, {back}",
    )
    assert planned(found, extra=accept).blockers == ()


def test_a_distribution_is_led_to_the_url_of_the_alias_once_that_is_made() -> None:
    url = Trigger("function_url", "https://a/", "https://a/", "", FunctionUrl(auth="NONE"))
    leads = {"DomainName": "a", "OriginAccessControlId": "", "Keyed": []}
    settings = Distribution(source="arn:aws:cloudfront::1:distribution/E1", distribution="E1", origin="o", leads=leads)
    distribution = Trigger("cloudfront", "E1/o", "E1", "", settings)
    found = worlds.inventory(url, distribution, versions=VERSIONS, alias=Alias("live", "1"))

    plan = planned(found, "accept: [{rule: 'trigger:function_url', reason: the distribution is all that calls it}]\n")

    assert [step.action.kind for step in plan.steps][:2] == ["create_function_url", "point_origin"]
    assert plan.steps[1].action == PointOrigin("E1", leads, {**leads, "DomainName": "function-url:orders:live"}, "o")
