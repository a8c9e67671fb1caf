"""Settings of a function that publishing a proxy version has to keep, or to say something about."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.planner import proxy
from tests.planner import worlds

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory


def planned(inventory: Inventory) -> Plan:
    return proxy.plan(inventory, worlds.settings(), events="all", layer_sha256=worlds.LAYER, signing_key="k1")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (
            {"snap_start": True},
            "SnapStart: Lambda makes a snapshot of each version that is published, which takes minutes",
        ),
        (
            {"code_signing": "arn:signing", "unsigned_code": "Warn"},
            "the proxy's layer is not signed: Lambda takes it, and counts it in `SignatureValidationErrors`",
        ),
        (
            {"file_systems": {"/mnt/models": "arn:fsap-1"}},
            "the function has a file system at `/mnt/models`: the service needs the same files there before `cutover`",
        ),
    ],
)
def test_what_a_person_should_know_of_a_function_is_in_the_plan(changed: dict[str, Any], told: str) -> None:
    plan = planned(worlds.inventory(**changed))

    assert (plan.blockers, plan.warnings) == ((), (told,))


SIGNED_ONLY = {
    "code_signing": "arn:signing",
    "unsigned_code": "Enforce",
    "signing_profiles": ("arn:/signing-profiles/shop/A1",),
}
LAYER_MARKER = f"lambda-migrate proxy {worlds.LAYER[:16]}"


def test_a_function_that_takes_signed_code_only_says_what_to_sign_and_how_to_name_it() -> None:
    (blocker,) = planned(worlds.inventory(**SIGNED_ONLY)).blockers

    assert blocker == (
        "code-signing: it takes signed code only: sign the proxy's layer for `shop/A1` and publish it as"
        f" `lambda-migrate-proxy-orders` with the description `{LAYER_MARKER}`, or set `proxy.signer_bucket`"
    )


def test_with_a_bucket_for_signer_the_layer_is_signed_and_published() -> None:
    plain = worlds.settings()
    config = plain.model_copy(update={"proxy": plain.proxy.model_copy(update={"signer_bucket": "signing"})})

    plan = proxy.plan(
        worlds.inventory(**SIGNED_ONLY), config, events="all", layer_sha256=worlds.LAYER, signing_key="k1"
    )

    assert plan.blockers == ()
    assert plan.steps[2].action.describe() == (
        f"layer lambda-migrate-proxy-orders: sign for shop in signing, publish “{LAYER_MARKER}”"
    )
    found = replace(worlds.inventory(**SIGNED_ONLY), layers=(LAYER_MARKER,), signed_layers=(LAYER_MARKER,))
    again = proxy.plan(found, config, events="all", layer_sha256=worlds.LAYER, signing_key="k1")
    assert "publish_signed_layer" not in [step.action.kind for step in again.steps]


def test_a_layer_that_is_signed_for_the_function_opens_the_gate_and_is_used() -> None:
    found = replace(worlds.inventory(**SIGNED_ONLY), layers=(LAYER_MARKER,), signed_layers=(LAYER_MARKER,))

    plan = planned(found)

    assert plan.blockers == ()
    assert [step.action.kind for step in plan.steps] == [
        "publish_version",
        "pin_original",
        "configure_latest",
        "publish_version",
        "restore_latest",
    ]


RUNTIME = "arn:aws:lambda:eu-west-1::runtime:0a1b2c"


@pytest.mark.parametrize(
    ("updates", "steps"),
    [
        (
            "Manual",
            [
                "version of orders: publish “original”",
                "runtime updates of orders:“original”: Auto → Manual 0a1b2c",
                "alias lambda-migrate: none → “original”",
                "$LATEST of orders: handler app.handler → lambda_migrate_proxy.handler",
                "version of orders: publish “proxy”",
                "$LATEST of orders: handler lambda_migrate_proxy.handler → app.handler",
                "runtime updates of orders:“proxy”: Auto → Manual 0a1b2c",
            ],
        ),
        (
            "FunctionUpdate",
            [
                "version of orders: publish “original”",
                "runtime updates of orders:“original”: Auto → Manual 0a1b2c",
                "alias lambda-migrate: none → “original”",
                "runtime updates of orders:$LATEST: FunctionUpdate → Manual 0a1b2c",
                "$LATEST of orders: handler app.handler → lambda_migrate_proxy.handler",
                "version of orders: publish “proxy”",
                "$LATEST of orders: handler lambda_migrate_proxy.handler → app.handler",
                "runtime updates of orders:$LATEST: Manual 0a1b2c → FunctionUpdate",
                "runtime updates of orders:“proxy”: Auto → Manual 0a1b2c",
            ],
        ),
    ],
)
def test_a_runtime_that_lambda_does_not_update_is_kept_for_what_is_published(updates: str, steps: list[str]) -> None:
    plan = planned(replace(worlds.inventory(runtime_updates=updates, runtime_version=RUNTIME), layers=(LAYER_MARKER,)))

    assert plan.blockers == ()
    lines = [step.action.describe() for step in plan.steps]
    assert [re.sub(r"“lambda-migrate (\w+) [^”]*”", r"“\1”", line) for line in lines] == steps
