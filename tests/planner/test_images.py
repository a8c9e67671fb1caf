"""A proxy version of a function in a container image: the digest is in the plan, and $LATEST comes back in steps."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.errors import GateClosed
from lambda_migrate.freeze.differences import Difference, Ours, differences
from lambda_migrate.freeze.snapshot import Snapshot
from lambda_migrate.function.image import Image
from lambda_migrate.gates import GATES
from lambda_migrate.inventory import Inventory, images
from lambda_migrate.planner import cutover, proxy
from lambda_migrate.proxy.image import derive
from tests.planner import worlds
from tests.support.images import DOCKER, Recipe
from tests.triggers import known

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Plan

REPOSITORY = f"{known.ARN.split(':')[4]}.dkr.ecr.eu-west-1.amazonaws.com/shop/orders"
THEIRS = f"999999999999{REPOSITORY[12:]}"
BUILT = Recipe([{"var/task/app.py": b"..."}]).build()
IMAGE = Image(REPOSITORY, BUILT.digest, BUILT.manifest.decode(), DOCKER, BUILT.config.decode())
MADE = derive(IMAGE.manifest, DOCKER, IMAGE.config, on_path=True)
ORIGINAL_TAG = f"lambda-migrate-orders-original-{IMAGE.digest[7:19]}"
PROXY_TAG = f"lambda-migrate-orders-proxy-{MADE.digest[7:19]}"


def inventory(image: Image = IMAGE, **changed: Any) -> Inventory:
    facts = {"package_type": "Image", "runtime": "", "handler": "", "layers": (), "code_sha256": image.digest[7:]}
    return replace(worlds.inventory(**facts | changed), image=image)


def planned(deployed: Inventory) -> Plan:
    return proxy.plan(deployed, worlds.settings(), events="all", layer_sha256=worlds.LAYER, signing_key="k1")


def with_recipe(**recipe: Any) -> Inventory:
    built = Recipe([{"app/app.py": b"..."}], **recipe).build()
    return inventory(Image(REPOSITORY, built.digest, built.manifest.decode(), DOCKER, built.config.decode()))


def test_the_plan_shows_the_digest_and_each_write_on_latest_has_its_way_back() -> None:
    plan = planned(inventory())

    assert plan.blockers == ()
    assert [step.action.kind for step in plan.steps] == [
        "publish_version",
        "pin_original",
        "tag_image",
        "push_image",
        "point_image",
        "configure_image",
        "publish_version",
        "restore_image",
        "point_image",
    ]
    tagged, pushed, there, configured, published, restored, back = (vars(step.action) for step in plan.steps[2:])
    assert tagged == {"repository": "shop/orders", "digest": IMAGE.digest, "tag": ORIGINAL_TAG}
    assert pushed == {
        "repository": "shop/orders",
        "original": IMAGE.digest,
        "digest": MADE.digest,
        "tag": PROXY_TAG,
        "on_path": True,
        "function": "orders",
    }
    assert (there["before"], there["after"]) == (back["after"], back["before"]) == (IMAGE.digest, MADE.digest)
    assert configured == restored
    assert (configured["before"], configured["after"]) == ({}, {"Command": ["lambda_migrate_proxy.handler"]})
    assert configured["environment"]["LAMBDA_MIGRATE_ORIGINAL_HANDLER"] == "app.handler"
    assert published["code_sha256"] == MADE.digest[7:]


def test_an_image_of_another_account_is_copied_and_latest_goes_back_to_theirs() -> None:
    plan = planned(inventory(replace(IMAGE, repository=THEIRS, copies=REPOSITORY)))

    assert plan.blockers == ()
    what = f"the original version runs image {IMAGE.digest} of repository `shop/orders` in account 999999999999"
    assert f"{what}, where no tag of ours keeps it: ask its owner to keep it until `retire`" in plan.warnings
    copied, pushed, there, *_, back = (vars(step.action) for step in plan.steps[2:])
    assert copied == {"source": THEIRS, "repository": "shop/orders", "digest": IMAGE.digest, "tag": ORIGINAL_TAG}
    assert (pushed["repository"], pushed["original"], pushed["digest"]) == ("shop/orders", IMAGE.digest, MADE.digest)
    assert (there["repository"], there["elsewhere"]) == (REPOSITORY, {IMAGE.digest: THEIRS})
    assert (back["repository"], back["elsewhere"], back["after"]) == (REPOSITORY, {IMAGE.digest: THEIRS}, IMAGE.digest)


def test_what_is_in_the_repository_already_is_neither_pushed_nor_tagged_again() -> None:
    plan = planned(inventory(replace(IMAGE, tags=(ORIGINAL_TAG, PROXY_TAG, "v1"))))

    assert not {"tag_image", "push_image"} & {step.action.kind for step in plan.steps}


def test_what_the_function_overrides_is_what_is_changed_and_comes_back() -> None:
    overridden = {"Command": ["other.main"], "WorkingDirectory": "/app"}

    (step,) = (each for each in planned(inventory(replace(IMAGE, overrides=overridden))).steps if each.risk)

    before, after = vars(step.action)["before"], vars(step.action)["after"]
    assert before == overridden
    assert after == {"Command": ["lambda_migrate_proxy.handler"], "WorkingDirectory": "/app"}
    assert vars(step.action)["environment"]["LAMBDA_MIGRATE_ORIGINAL_HANDLER"] == "other.main"


def test_beside_the_web_adapter_the_whole_command_is_started_by_ours() -> None:
    deployed = with_recipe(
        entry_point=(),
        command=("uvicorn", "main:app"),
        history=("COPY /lambda-adapter /opt/extensions/lambda-adapter",),
    )

    (step,) = (each for each in planned(deployed).steps if each.risk)

    assert vars(step.action)["after"] == {
        "EntryPoint": ["/opt/lambda-migrate-command"],
        "Command": ["uvicorn", "main:app"],
    }
    assert vars(step.action)["environment"]["LAMBDA_MIGRATE_ORIGINAL_WRAPPER"] == "/usr/bin/env"


def test_the_adapter_of_an_image_is_set_by_the_image_and_by_the_function() -> None:
    adapted = with_recipe(
        entry_point=(),
        command=("uvicorn", "main:app"),
        history=("COPY /lambda-adapter /opt/extensions/lambda-adapter",),
        variables=("AWS_LWA_REMOVE_BASE_PATH=/shop", "AWS_LWA_PASS_THROUGH_PATH=/handle"),
    )
    assert adapted.image is not None
    configured = {"Environment": {"Variables": {"AWS_LWA_REMOVE_BASE_PATH": "/store"}}}

    adapter = images.web_adapter_of(adapted.image, configured)
    plan = planned(replace(adapted, function=replace(adapted.function, web_adapter=adapter)))

    assert adapter is not None
    assert (adapter.base_path, adapter.events_path) == ("/store", "/handle")
    assert images.web_adapter_of(IMAGE, configured) is None
    assert plan.blockers == ()
    assert sum("a 500 answer to an event at `/handle` counts as success" in each for each in plan.warnings) == 1


@pytest.mark.parametrize(
    ("deployed", "blocker"),
    [
        (
            inventory(replace(IMAGE, repository=THEIRS, manifest="")),
            (
                "image-repository: its image is in the registry of account 999999999999, and cannot be read; its"
                " repository has to allow `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer`"
            ),
        ),
        (
            inventory(replace(IMAGE, repository=THEIRS)),
            (
                "image-repository: its image is in the registry of account 999999999999, and the function's own has no"
                " repository `shop/orders` for a copy of it; make one (`aws ecr create-repository --repository-name"
                " shop/orders`)"
            ),
        ),
        (
            inventory(replace(IMAGE, manifest='{"manifests": []}', media_type="")),
            (
                "image-package: the proxy's layer cannot be added to its image `shop/orders`: its manifest is a list of"
                " images, not one"
            ),
        ),
        (
            with_recipe(entry_point=("/entry.sh",)),
            "image-entrypoint: `/entry.sh app.handler` starts its image, and the proxy does not know that program;",
        ),
        (with_recipe(entry_point=("/main",), command=()), "image-entrypoint: `/main` starts its image"),
        (
            with_recipe(entry_point=(), command=()),
            "image-entrypoint: its image has neither an entry point nor a command, so that nothing starts its handler",
        ),
        (
            inventory(replace(IMAGE, config='{"rootfs": {"diff_ids": []}, "config": {"Env": "x"}}')),
            "image-package: the proxy's layer cannot be added to its image `shop/orders`: in its configuration",
        ),
        (
            with_recipe(variables=("AWS_LAMBDA_EXEC_WRAPPER=/opt/unknown",)),
            "exec-wrapper: `/opt/unknown`, which its image names, starts its runtime",
        ),
        (with_recipe(variables=("PYTHON_VERSION=3.8.20",)), "runtime: its image has Python 3.8.20"),
        (
            inventory(replace(IMAGE, overrides={"Command": ["lambda_migrate_proxy.handler"]})),
            "latest-not-restored: $LATEST carries the proxy",
        ),
        (
            inventory(replace(IMAGE, manifest=MADE.manifest.content.decode())),
            "latest-not-restored: $LATEST carries the proxy",
        ),
    ],
)
def test_an_image_that_cannot_carry_the_proxy_is_refused_with_the_reason(deployed: Inventory, blocker: str) -> None:
    plan = planned(deployed)

    assert plan.blockers[0].startswith(blocker)
    assert GateClosed.by(plan.blockers[0]).exit_code == 3
    assert GateClosed.by(plan.blockers[0]).gate in GATES


def test_an_image_that_could_not_be_read_blocks_with_the_reason_and_nobody_can_accept_that() -> None:
    deployed = inventory(replace(IMAGE, manifest="", config="", unread="ecr:BatchGetImage is not allowed for `ada`"))
    accepting = worlds.settings("accept: [{rule: unread, reason: I know}]\n")

    plans = [
        proxy.plan(deployed, each, events="all", layer_sha256=worlds.LAYER, signing_key="k1")
        for each in (worlds.settings(), accepting)
    ]

    text = (
        "unread: its image `shop/orders` cannot be read: ecr:BatchGetImage is not allowed for `ada`; allow it to be"
        " read, or replace it"
    )
    assert [each.blockers for each in plans] == [(text,), (text,)]


def test_an_image_of_another_region_is_refused() -> None:
    deployed = inventory(replace(IMAGE, repository=REPOSITORY.replace("eu-west-1", "us-east-1"), manifest=""))

    assert planned(deployed).blockers == (
        "image-package: its image is in region `us-east-1`, and the function in another",
    )


OURS = "lambda-migrate-orders-*"


@pytest.mark.parametrize(
    ("rule", "taken"),
    [
        ({"selection": {"tagStatus": "untagged"}}, ""),
        ({"selection": {"tagStatus": "any"}}, f"delete images with tags `{OURS}`"),
        ({"selection": {"tagStatus": "any"}, "action": {"type": "transition"}}, f"archive images with tags `{OURS}`"),
        ({"selection": {"tagStatus": "tagged", "tagPrefixList": ["prod"]}}, ""),
        ({"selection": {"tagStatus": "tagged", "tagPrefixList": ["v"]}}, "delete images with tags `v1`"),
        ({"selection": {"tagStatus": "tagged", "tagPrefixList": ["lambda-"]}}, f"delete images with tags `{OURS}`"),
        (
            {"selection": {"tagStatus": "tagged", "tagPrefixList": ["lambda-migrate-orders-proxy-"]}},
            f"delete images with tags `{OURS}`",
        ),
        (
            {"selection": {"tagStatus": "tagged", "tagPatternList": ["*-original-*", "v*"]}},
            f"delete images with tags `{OURS}` and `v1`",
        ),
        ({"selection": {"tagStatus": "tagged", "tagPatternList": ["v?", "[v]1"]}}, ""),
        ({"selection": {"tagStatus": "tagged", "tagPatternList": "v1", "tagPrefixList": [7]}}, ""),
        ({"selection": []}, ""),
    ],
)
def test_rules_that_would_delete_what_versions_need_are_named(rule: dict[str, Any], taken: str) -> None:
    policy = json.dumps({"rules": [{"rulePriority": 7, **rule}]})
    deployed = replace(IMAGE, lifecycle=policy, tags=(ORIGINAL_TAG, "v1"))

    warned = [each for each in planned(inventory(deployed)).warnings if each.startswith("rule ")]

    why = "which versions of the function need: exclude them from the rule until `retire`"
    told = f"rule 7 of the lifecycle policy of repository `shop/orders` may {taken}, {why}"
    assert warned == ([told] if taken else [])


@pytest.mark.parametrize("policy", ["", "not JSON", "[]", '{"rules": 7}', '{"rules": [7]}', "[" * 100_000])
def test_a_policy_that_says_nothing_that_can_be_read_warns_of_nothing(policy: str) -> None:
    assert not any(each.startswith("rule ") for each in planned(inventory(replace(IMAGE, lifecycle=policy))).warnings)


def test_a_proxy_version_runs_the_same_code_where_its_manifest_proves_it() -> None:
    version = worlds.version("2", "all", code_sha256=MADE.digest[7:])
    original = worlds.version("1", code_sha256=IMAGE.digest[7:])

    def gates(image: Image) -> list[str]:
        deployed = inventory(image, versions=(original, version))
        return [each.partition(":")[0] for each in cutover.plan(deployed, worlds.settings()).blockers]

    assert "proxy-version-outdated" in gates(IMAGE)
    assert "proxy-version-outdated" not in gates(replace(IMAGE, derived=(MADE.digest,)))


def test_a_freeze_takes_the_derived_image_on_latest_for_the_same_code() -> None:
    then = Snapshot(IMAGE.digest[7:], "c", (), "role", "", {}, {})
    now = replace(then, code_sha256=MADE.digest[7:])
    ours = Ours(codes=frozenset({IMAGE.digest[7:], MADE.digest[7:]}))

    assert differences(then, now, ours) == ()
    assert differences(then, now, Ours()) == (Difference("code", then.code_sha256, now.code_sha256),)


def test_an_inventory_with_an_image_is_read_back_without_what_may_be_secret() -> None:
    recipe = Recipe(
        [{"var/task/app.py": b"..."}],
        variables=("DATABASE_PASSWORD=hunter2Zq",),
        history=("RUN |1 TOKEN=hunter2Zq /bin/sh -c make # buildkit",),
    ).build()
    deployed = inventory(
        replace(
            IMAGE,
            config=recipe.config.decode(),
            tags=("v1",),
            derived=(MADE.digest,),
            overrides={"Command": ["a.b"]},
        )
    )

    written = json.dumps(deployed.to_dict())

    assert "hunter2Zq" in str(deployed.image)
    assert "hunter2Zq" not in written
    assert deployed.image is not None
    assert Inventory.from_dict(json.loads(written)).image == replace(deployed.image, config="")
