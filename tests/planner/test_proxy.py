from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from lambda_migrate.actions.function.pin_original import PinOriginal
from lambda_migrate.function import web_adapter
from lambda_migrate.function.web_adapter import WebAdapter
from lambda_migrate.planner import cutover, proxy
from lambda_migrate.planner.image_blockers import PROVEN_WRAPPERS
from tests.planner import worlds
from tests.triggers import known

if TYPE_CHECKING:
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.inventory import Inventory


def planned(
    found: Inventory = worlds.FRESH, extra: str = "", events: str = "all", layer: str = worlds.LAYER, key: str = "k1"
) -> Plan:
    return proxy.plan(found, worlds.settings(extra), events=events, layer_sha256=layer, signing_key=key)


@pytest.mark.parametrize(
    ("triggers", "more", "events"),
    [
        ((known.http_api(),), {}, "all"),
        ((known.http_api(), known.rest_api()), {}, "all"),
        ((known.sqs(), known.sns()), {}, "all"),
        ((known.http_api(), known.sqs()), {}, "non-api"),
        ((known.http_api(), known.sns(enabled=False)), {}, "all"),
        ((known.http_api(),), {"unexplained": ("arn:aws:iam::1:role/cron may invoke it",)}, "non-api"),
        ((known.http_api(),), {"unread": ("event source mappings",)}, "non-api"),
        ((), {}, "non-api"),
    ],
)
def test_a_function_with_one_kind_of_traffic_is_moved_in_one_step(
    triggers: tuple[Any, ...], more: dict[str, Any], events: str
) -> None:
    found = replace(worlds.FRESH, triggers=triggers, unexplained=(), unread=())

    assert proxy.first_events(replace(found, **more)) == events


PUBLISHING = ["publish_layer", "configure_latest", "publish_version", "restore_latest"]
UNPINNED = replace(worlds.PROXIED, function=replace(worlds.PROXIED.function, aliases=()))


def kinds(plan: Plan) -> list[str]:
    return [step.action.kind for step in plan.steps]


def test_an_original_version_that_is_there_is_not_published_again() -> None:
    assert kinds(planned(UNPINNED)) == ["pin_original", *PUBLISHING]
    assert kinds(planned(worlds.PROXIED)) == PUBLISHING


def test_the_original_is_pinned_from_the_first_deployment_on_and_its_description_is_free() -> None:
    (pinned,) = (step.action for step in planned().steps if step.action.kind == "pin_original")

    published = planned().steps[0].action
    assert pinned == PinOriginal("orders", f"marker:{published.marker}")  # type: ignore[attr-defined]


def test_a_layer_that_is_there_is_not_published_again() -> None:
    there = replace(worlds.PROXIED, layers=("lambda-migrate proxy 0123456789abcdef",))

    assert kinds(planned(there)) == PUBLISHING[1:]


def test_what_has_been_published_is_not_published_again() -> None:
    marker = planned().summary["marker"]
    done = worlds.inventory(versions=(worlds.version("1"), worlds.version("2", "all", description=marker)))

    assert planned(done).steps == ()
    assert kinds(planned(done, events="api")) != []


@pytest.mark.parametrize(
    "changed",
    [
        {"events": "api"},
        {"layer": "f" * 64},
        {"key": "k2"},
        {"extra": "region: eu-west-1\n", "found": worlds.inventory(configuration_sha256="f" * 64)},
        {"found": worlds.inventory(), "extra": "", "events": "none"},
    ],
    ids=["events", "layer", "key", "configuration", "none"],
)
def test_what_a_proxy_version_is_made_from_is_in_its_marker(changed: dict[str, Any]) -> None:
    assert planned(**changed).summary["marker"] != planned().summary["marker"]


def test_restoring_is_the_exact_inverse_of_configuring() -> None:
    configured, restored = planned().steps[3].action, planned().steps[5].action

    assert vars(configured) == vars(restored)
    assert vars(configured) == {
        "function": "orders",
        "layer_name": "lambda-migrate-proxy-orders",
        "layer_marker": "lambda-migrate proxy 0123456789abcdef",
        "handler_before": "app.handler",
        "handler_after": "lambda_migrate_proxy.handler",
        "environment": {
            "LAMBDA_MIGRATE_SERVICE_URL": "https://orders.internal",
            "LAMBDA_MIGRATE_EVENTS": "all",
            "LAMBDA_MIGRATE_ORIGINAL_HANDLER": "app.handler",
        },
        "signing_keys": "secretsmanager:orders/keys",
        "environment_sha256": known.ORDERS.environment_sha256,
        "wrapper_before": "",
        "wrapper_after": "",
    }


UNDER_AN_ADAPTER = worlds.inventory(
    handler="run.sh",
    exec_wrapper="/opt/bootstrap",
    layers=("arn:aws:lambda:eu-west-1:753240598075:layer:LambdaAdapterLayerX86:25",),
    web_adapter=WebAdapter(),
)


def test_under_a_web_adapter_the_script_that_starts_it_is_replaced_and_the_handler_stays() -> None:
    plan = planned(UNDER_AN_ADAPTER)
    configured, restored = plan.steps[3].action, plan.steps[5].action

    assert plan.blockers == ()
    assert vars(configured) == vars(restored)
    assert (vars(configured)["handler_before"], vars(configured)["handler_after"]) == ("run.sh", "run.sh")
    assert vars(configured)["environment"] == {
        "LAMBDA_MIGRATE_SERVICE_URL": "https://orders.internal",
        "LAMBDA_MIGRATE_EVENTS": "all",
        "LAMBDA_MIGRATE_ORIGINAL_WRAPPER": "/opt/bootstrap",
    }
    assert configured.describe() == (
        "$LATEST of orders: AWS_LAMBDA_EXEC_WRAPPER /opt/bootstrap → /opt/lambda-migrate-selector"
    )
    assert configured.describe_back() == (
        "$LATEST of orders: AWS_LAMBDA_EXEC_WRAPPER /opt/lambda-migrate-selector → /opt/bootstrap"
    )


@pytest.mark.parametrize(("statuses", "told"), [("", 1), ("404", 1), ("404,500-599", 0), ("500", 0), ("5xx", 1)])
def test_that_a_failure_counts_as_success_under_a_web_adapter_is_in_the_plan(statuses: str, told: int) -> None:
    adapter = WebAdapter(error_statuses=statuses, events_path="/handle")
    found = replace(UNDER_AN_ADAPTER, function=replace(UNDER_AN_ADAPTER.function, web_adapter=adapter))

    warned = [each for each in planned(found).warnings if "counts as success" in each]

    assert len(warned) == told
    assert all("a 500 answer to an event at `/handle`" in each for each in warned)


def test_that_the_web_adapter_fills_in_authorization_is_in_the_plan() -> None:
    adapter = web_adapter.of_variables({"AWS_LWA_AUTHORIZATION_SOURCE": "X-Token", "AWS_LWA_ERROR_STATUS_CODES": "500"})
    found = replace(UNDER_AN_ADAPTER, function=replace(UNDER_AN_ADAPTER.function, web_adapter=adapter))

    told = [each for each in planned(found).warnings if "web adapter" in each]

    assert told == [
        (
            "the web adapter copies the header `X-Token` to `authorization`; a request that goes straight to"
            " the service (`cutover --direct`) needs `authorization` itself"
        )
    ]


def test_an_original_of_the_same_code_and_another_configuration_gets_another_marker() -> None:
    marker = vars(planned().steps[0].action)["marker"]
    older = worlds.version("1", description=marker, configuration_sha256="0" * 64)

    again = vars(planned(worlds.inventory(versions=(older,))).steps[0].action)["marker"]

    assert again == f"{marker} {known.ORDERS.configuration_sha256[:16]}"


@pytest.mark.parametrize(
    ("changed", "blocker"),
    [
        ({"package_type": "Image", "runtime": ""}, "image-package: AWS does not say which ECR image it runs"),
        (
            {"web_adapter": WebAdapter(wrapper=""), "handler": "run.sh"},
            "web-adapter: it has the layer of the AWS Lambda Web Adapter, and its script does not start it",
        ),
        (
            {"web_adapter": WebAdapter(wrapper="/opt/own"), "exec_wrapper": "/opt/own"},
            "web-adapter: it has the layer of the AWS Lambda Web Adapter, and `/opt/own` starts it",
        ),
        ({"exec_wrapper": "/opt/lumigo_wrapper"}, "exec-wrapper: `/opt/lumigo_wrapper` starts its runtime"),
        ({"handler": "run.sh"}, "handler-form: its handler `run.sh` is not of the form `module.function`"),
        ({"handler": "handler"}, "handler-form: its handler `handler` is not of the form `module.function`"),
        ({"edge": True}, "lambda-edge: it is a Lambda@Edge function"),
        ({"layers": tuple(f"arn:layer:{n}" for n in range(5))}, "five-layers: it has 5 layers already"),
        ({"runtime": "python3.8"}, "runtime: it runs `python3.8`; the proxy needs python3.9 or newer"),
        ({"runtime": "nodejs22.x"}, "runtime: it runs `nodejs22.x`; the proxy needs python3.9 or newer"),
        ({"runtime_updates": "FunctionUpdate"}, "runtime-updates: its runtime is updated when it changes"),
        ({"runtime_updates": "Manual"}, "runtime-updates: its runtime is updated by hand"),
        ({"environment_size": 3900}, "environment-size: its environment would be 4"),
        ({"code_size": 250 * 1024 * 1024}, "package-size: its package and layers fill the 250 MB"),
        ({"code_signing": "arn:signing"}, "code-signing: it takes signed code only"),
        (
            {"snap_start": True, "web_adapter": WebAdapter(), "exec_wrapper": "/opt/bootstrap", "handler": "run.sh"},
            "snap-start: SnapStart makes snapshots of it, and has not been tried with proxy and adapter",
        ),
        ({"special": ("durable",)}, "durable: it runs durable executions"),
        ({"special": ("tenancy",)}, "tenancy: it isolates tenants"),
        ({"special": ("capacity-provider",)}, "capacity-provider: it runs on managed instances"),
        ({"handler": "lambda_migrate_proxy.handler"}, "latest-not-restored: $LATEST carries the proxy"),
        (
            {"web_adapter": WebAdapter("/opt/lambda-migrate-selector"), "exec_wrapper": "/opt/lambda-migrate-selector"},
            "latest-not-restored: $LATEST carries the proxy",
        ),
    ],
    ids=lambda value: value.partition(":")[0] if isinstance(value, str) else "",
)
def test_a_function_that_cannot_carry_the_proxy_is_refused_with_the_reason(
    changed: dict[str, Any], blocker: str
) -> None:
    (found,) = planned(worlds.inventory(**changed)).blockers

    assert found.startswith(blocker)


@pytest.mark.parametrize(
    "changed",
    [
        *({"exec_wrapper": script} for script in sorted(PROVEN_WRAPPERS)),
        {"handler": "datadog_lambda.handler.handler"},
        {"handler": "newrelic_lambda_wrapper.handler"},
        {"handler": "sentry_sdk.integrations.init_serverless_sdk.sentry_lambda_handler"},
    ],
    ids=lambda changed: str(*changed.values()),
)
def test_a_function_that_a_vendor_traces_is_not_refused(changed: dict[str, Any]) -> None:
    assert planned(worlds.inventory(**changed)).blockers == ()


@pytest.mark.parametrize("runtime", ["python3.9", "python3.10", "python3.14"])
def test_every_python_from_3_9_on_carries_the_proxy(runtime: str) -> None:
    assert planned(worlds.inventory(runtime=runtime)).blockers == ()


def test_what_migration_yaml_must_say_is_asked_for() -> None:
    plan = proxy.plan(
        worlds.FRESH, worlds.parse("function: orders"), events="all", layer_sha256=worlds.LAYER, signing_key=""
    )

    assert plan.blockers == (
        "service-url: migration.yaml does not say where the service is; set `service.url`",
        "signing-keys: requests to the service are signed; name a secret in `proxy.signing_keys`",
    )


def test_without_a_key_nothing_can_be_signed() -> None:
    assert planned(key="").blockers == (
        "signing-keys: `secretsmanager:orders/keys` holds no key yet; run `proxy rotate-key` first",
    )


def test_what_aws_would_refuse_cannot_be_accepted_and_the_rest_can() -> None:
    """migration.yaml refuses to accept it; a configuration that does all the same opens no gate."""
    settings = worlds.settings("accept:\n- {rule: code-signing, reason: signed by hand}\n")
    please = settings.accept[0].model_copy(update={"rule": "lambda-edge", "reason": "please"})
    config = settings.model_copy(update={"accept": [*settings.accept, please]})

    found = worlds.inventory(code_signing="arn:signing", edge=True)
    plan = proxy.plan(found, config, events="all", layer_sha256=worlds.LAYER, signing_key="k1")

    assert [blocker.partition(":")[0] for blocker in plan.blockers] == ["lambda-edge"]
    (warning,) = plan.warnings
    assert warning.startswith("accepted (signed by hand): code-signing: it takes signed code only")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://orders.example.com", []),
        ("http://127.0.0.1:8000", []),
        ("http://[::1]:8000", []),
        ("http://localhost:8000", []),
        ("http://orders.internal:8000", ["http://orders.internal:8000"]),
        ("http://10.0.0.7", ["http://10.0.0.7"]),
    ],
)
def test_a_service_that_is_reached_in_the_clear_is_named_before_traffic_moves(url: str, told: list[str]) -> None:
    config = worlds.settings()
    config = config.model_copy(update={"service": config.service.model_copy(update={"url": url})})
    expected = [
        f"service.url `{each}` is plain HTTP: whoever is on the way reads requests and events, and can alter answers;"
        " use https"
        for each in told
    ]

    plan = proxy.plan(worlds.FRESH, config, events="all", layer_sha256=worlds.LAYER, signing_key="k1")
    moved = cutover.plan(worlds.PROXIED, config)

    assert [text for text in plan.warnings if "plain HTTP" in text] == expected
    assert [text for text in moved.warnings if "plain HTTP" in text] == expected


def recording(record: str, found: Inventory = worlds.FRESH, events: str = "none") -> Plan:
    text = f"version: 1\nfunction: orders\nproxy: {{record: {{until: 2026-09-30{record}}}}}\n"
    return proxy.plan(found, worlds.parse(text), events=events, layer_sha256=worlds.LAYER, signing_key="")


def impossible(record: str, found: Inventory = worlds.FRESH, events: str = "none") -> list[str]:
    return [each.partition(":")[0] for each in recording(record, found, events).blockers]


@pytest.mark.parametrize(("events", "told"), [("none", False), ("non-api", False), ("all", True)])
def test_where_the_original_answers_nothing_the_plan_says_what_is_recorded(events: str, told: bool) -> None:
    warnings = recording("", events=events).warnings

    assert any(each.startswith("`proxy.record` records what the original answers:") for each in warnings) == told


def test_a_version_that_only_records_needs_neither_service_nor_keys_unless_it_mirrors() -> None:
    assert impossible("") == []
    assert impossible("", events="api") == ["service-url", "signing-keys"]
    assert impossible(", mirror: true") == ["recording-impossible"]
    assert impossible("", UNDER_AN_ADAPTER) == ["recording-impossible"]
