from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.function.pin_version import PinVersion
from lambda_migrate.function.model import Alias
from lambda_migrate.planner import proxy, rotate_keys
from lambda_migrate.planner.load import Load
from tests.planner import worlds
from tests.triggers import known

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory

SECRET = "secretsmanager:orders/keys"


def rotate(found: Inventory, *keys: str, extra: str = "", **wishes: Any) -> Plan:
    return rotate_keys.rotate(found, worlds.settings(extra), keys=keys, layer_sha256=worlds.LAYER, **wishes)


def finish(found: Inventory, *keys: str) -> Plan:
    return rotate_keys.finish(found, worlds.settings(), keys=keys)


def kinds(plan: Plan) -> list[str]:
    return [step.action.kind for step in plan.steps]


def keys_of(plan: Plan) -> list[tuple[list[str], list[str]]]:
    actions = [vars(step.action) for step in plan.steps if step.action.kind == "set_signing_keys"]
    return [(action["before"], action["after"]) for action in actions]


def test_the_first_key_needs_no_proxy_version_and_no_service() -> None:
    config = worlds.parse(f"function: orders\nproxy: {{signing_keys: '{SECRET}'}}\n")

    plan = rotate_keys.rotate(worlds.FRESH, config, keys=[], layer_sha256=worlds.LAYER)

    assert (keys_of(plan), plan.blockers, len(plan.steps)) == ([([], ["k1"])], (), 1)


def test_nothing_signs_with_a_key_before_the_service_was_seen_to_know_it() -> None:
    plan = rotate(worlds.signed("k1"), "k1")

    assert kinds(plan) == [
        "set_signing_keys",
        "set_signing_keys",
        "publish_layer",
        "configure_latest",
        "publish_version",
        "restore_latest",
        "pin_version",
        "shift_weight",
        "shift_weight",
        "shift_weight",
    ]
    assert keys_of(plan) == [(["k1"], ["k1", "k2"]), (["k1", "k2"], ["k2", "k1"])]
    assert [step.gated for step in plan.steps] == [True, *[False] * 6, *[True] * 3]
    assert plan.steps[0].propagation == 5.0
    assert (plan.blockers, plan.warnings) == ((), ())


def test_the_new_version_is_what_a_proxy_deploy_with_the_new_key_would_publish() -> None:
    found = worlds.signed("k1")
    deployed = proxy.plan(found, worlds.settings(), events="all", layer_sha256=worlds.LAYER, signing_key="k2")

    plan = rotate(found, "k1")

    marker = deployed.summary["marker"]
    assert plan.summary["marker"] == marker
    assert vars(plan.steps[-1].action)["after"] == {"version": f"marker:{marker}", "weights": {}}


def test_a_service_that_is_too_small_for_what_it_gets_already_is_a_gate_at_any_weight() -> None:
    load = Load(peak=120, capacity=100, origin="2 instances of 50")

    plan = rotate(worlds.signed("k1"), "k1", load=load, weights=[10, 100])
    without_traffic = rotate(worlds.FRESH, "k1", load=load)

    text = "at 100 % up to 120 requests come at once, the service takes 100 (2 instances of 50)"
    assert plan.blockers == (f"service-too-small: {text}; raise its minimum or take smaller weights",)
    assert without_traffic.blockers == ()


def test_weights_and_bake_are_as_wished() -> None:
    plan = rotate(worlds.signed("k1"), "k1", weights=[100], bake=7.0)

    (shift,) = [step for step in plan.steps if step.action.kind == "shift_weight"]
    assert (shift.gated, shift.bake) == (True, 7.0)


def test_where_the_proxy_has_no_traffic_yet_none_is_moved() -> None:
    original = worlds.version("1")
    proxy = worlds.version("2", "non-api", signing_key="k1")

    plan = rotate(worlds.inventory(versions=(original, proxy), alias=Alias("live", "1")), "k1")

    assert "shift_weight" not in kinds(plan)
    assert plan.summary["marker"].startswith("lambda-migrate proxy non-api ")


def test_where_nothing_proxies_yet_only_the_secret_changes() -> None:
    plan = rotate(worlds.FRESH, "k1")

    assert kinds(plan) == ["set_signing_keys", "set_signing_keys"]
    assert [step.gated for step in plan.steps] == [False, False]


def test_an_identifier_that_a_version_still_signs_with_is_not_given_again() -> None:
    assert keys_of(rotate(worlds.signed("k3", "k1"), "k1"))[0] == (["k1"], ["k1", "k4"])
    assert keys_of(rotate(worlds.FRESH, "mine"))[0] == (["mine"], ["mine", "k1"])


@pytest.mark.parametrize(
    ("found", "keys", "blocker"),
    [
        (
            worlds.signed("k1", "k2"),
            ["k2", "k1"],
            "rotation-unfinished: k2 signs, k1 is valid too; `proxy rotate-key",
        ),
        (worlds.signed("k1", weights={"1": 0.5}), ["k1"], "canary-under-way: alias `live` is split"),
        (
            worlds.inventory(
                versions=(worlds.version("1", "all", code_sha256="b3RoZXI=", signing_key="k1"),),
                alias=Alias("live", "1"),
            ),
            ["k1"],
            "latest-differs-from-alias: $LATEST has other code",
        ),
        (
            replace(worlds.signed("k1"), function=replace(worlds.signed("k1").function, edge=True)),
            ["k1"],
            "lambda-edge",
        ),
    ],
    ids=["two keys", "canary", "code", "function"],
)
def test_what_has_to_be_done_before_is_said(found: Inventory, keys: list[str], blocker: str) -> None:
    (text,) = rotate(found, *keys).blockers

    assert text.startswith(blocker)


def test_a_change_that_would_ride_along_is_named() -> None:
    plan = rotate(worlds.signed("k1"), "k1", extra="cutover: {propagation: false}\n")
    assert plan.warnings == ()

    (warning,) = rotate(worlds.inventory(versions=worlds.CUT_OVER.function.versions), "k1").warnings

    assert warning.startswith("version 3 is not what `proxy deploy` would publish now")


def test_the_old_key_goes_last_and_alone() -> None:
    plan = finish(worlds.signed("k1", "k2"), "k2", "k1")

    (step,) = plan.steps
    assert vars(step.action) == {"secret": SECRET, "key": "k1", "kept": ["k2"]}
    assert (step.action.reversible, plan.blockers) == (False, ())
    assert step.risk == "no way back to version 2: it signs with the key that is dropped"


def test_the_version_that_is_left_is_pinned_until_its_key_goes() -> None:
    found = worlds.signed("k1")
    (pin,) = (step.action for step in rotate(found, "k1").steps if step.action.kind == "pin_version")
    assert pin == PinVersion("orders", "2")

    versions = worlds.signed("k1", "k2").function.versions
    rotated = (Alias("lambda-migrate", "1"), Alias("lambda-migrate-2", "2"), Alias("live", "3"))
    plan = finish(worlds.inventory(versions=versions, aliases=rotated), "k2", "k1")

    assert (kinds(plan), plan.blockers) == (["remove_leftover", "drop_signing_key"], ())
    assert plan.steps[0].action.describe() == "alias lambda-migrate-2: 2 → none"


@pytest.mark.parametrize(
    ("changed", "who"),
    [
        ({"alias": Alias("live", "2")}, "alias `live`"),
        ({"alias": Alias("live", "3", {"2": 0.01})}, "alias `live`"),
        ({"aliases": (Alias("live", "3"), Alias("partners", "2"))}, "alias `partners`"),
        ({"alias": Alias("live", "3"), "trigger": known.sqs("2")}, "SQS queue `jobs`"),
    ],
    ids=["alias", "weight", "another alias", "trigger"],
)
def test_a_key_that_something_still_signs_with_stays(changed: dict[str, Any], who: str) -> None:
    versions = worlds.signed("k1", "k2").function.versions
    triggers = [changed.pop("trigger")] if "trigger" in changed else []

    (blocker,) = finish(worlds.inventory(*triggers, versions=versions, **changed), "k2", "k1").blockers

    text = f"{who} still invokes version 2, which signs with k1; move it to a newer version first"
    assert blocker == f"signing-key-in-use: {text}"


@pytest.mark.parametrize("keys", [[], ["k1"]])
def test_without_an_old_key_there_is_nothing_to_drop(keys: list[str]) -> None:
    assert finish(worlds.signed("k1"), *keys).steps == ()
