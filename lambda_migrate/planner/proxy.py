"""Plans a proxy version: published through ``$LATEST``, which is restored; no traffic moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.function.configure_latest import ConfigureLatest
from lambda_migrate.actions.function.pin_original import PinOriginal
from lambda_migrate.actions.function.publish_layer import PublishLayer
from lambda_migrate.actions.function.publish_signed_layer import PublishSignedLayer
from lambda_migrate.actions.function.publish_version import PublishVersion
from lambda_migrate.actions.function.restore_latest import RestoreLatest
from lambda_migrate.actions.references import MARKER
from lambda_migrate.engine.plan import Step
from lambda_migrate.function.documents import LATEST, PIN, PROXY_MARKER
from lambda_migrate.function.model import ENFORCE
from lambda_migrate.function.versions import MARKED, original, original_marker
from lambda_migrate.gates import recording_impossible, service_url
from lambda_migrate.gates import signing_keys as signing_keys_gate
from lambda_migrate.gates.gate import closed
from lambda_migrate.hashing import canonical, sha256
from lambda_migrate.inventory.model import PROXY_LAYER, RUNTIME_UPDATES
from lambda_migrate.planner import blockers, destination, images, runtime_updates
from lambda_migrate.planner.builder import PlanBuilder
from lambda_migrate.proxy import layer
from lambda_migrate.triggers import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.config import Migration
    from lambda_migrate.engine.blocker import Blocker
    from lambda_migrate.engine.plan import Plan
    from lambda_migrate.function.model import Function
    from lambda_migrate.inventory import Inventory

SIGNING_KEY_BYTES = 200
"""What the signing key with its id adds to the environment, at most; its value is read when the plan is run."""

RETRIED = 21_600.0
"""Seconds that an asynchronous event of an alias may wait to be tried again, at most ("Asynchronous invocation", Lambda
developer guide): the alias and the version that it names stay that long after the way back."""

INTERNAL_SERVER_ERROR = 500

GROUP = "proxy"

_ON_LATEST = "its callers still get the original, started by the same script, until it is restored"
_ON_LATEST_THROUGH_THE_PROXY = "its callers still get the original handler, through the proxy, until it is restored"


def first_events(inventory: Inventory) -> str:
    """Return the events to begin with: ``non-api``, or ``all`` if one step is enough.

    That is so where every trigger brings requests, or every one events, and nobody else is known to invoke.

    Args:
        inventory: What there is.
    """
    brought = {kind_of(each).traffic for each in inventory.triggers if each.enabled}
    return "all" if len(brought) == 1 and not (inventory.unexplained or inventory.unread) else "non-api"


def plan(inventory: Inventory, config: Migration, *, events: str, layer_sha256: str, signing_key: str) -> Plan:
    """Plan the publication of a version that proxies.

    Args:
        inventory: What there is.
        config: What the user wants.
        events: What goes to the service: ``none``, ``non-api``, ``api`` or ``all``.
        layer_sha256: Of the proxy's layer, hex.
        signing_key: Identifier of the key that signs, or "" if there is none yet.

    Returns:
        The plan; without steps where that very version has been published.
    """
    builder = PlanBuilder("proxy", inventory, config)
    if config.proxy.signing_keys and not signing_key:
        text = f"`{config.proxy.signing_keys}` holds no key yet; run `proxy rotate-key` first"
        builder.block(closed(signing_keys_gate, text))
    publish(builder, events, layer_sha256, signing_key)
    return builder.finish()


def publish(builder: PlanBuilder, events: str, layer_sha256: str, signing_key: str) -> str:
    """Add what the publication of a proxy version takes, and what stands against it.

    Returns:
        Its description, by which it is found; no steps were added where that very version has been published.
    """
    inventory, config, function = builder.inventory, builder.config, builder.inventory.function
    settings = environment(inventory, config, events)
    added = len(canonical(settings)) + SIGNING_KEY_BYTES
    signs = bool(config.proxy.signer_bucket)
    builder.block(*blockers.of_function(inventory, added, layer_marker_of(layer_sha256), signs=signs))
    builder.block(*_settings(config, events), *_recording(inventory, config))
    builder.block(*blockers.unread(inventory, RUNTIME_UPDATES))
    marker = marker_of(inventory, config, events, layer_sha256, signing_key)
    builder.warn(*destination.warnings(config), *_done_by_the_web_adapter(function), *_remarks(function))
    if config.proxy.record is not None and events == "all":
        builder.warn("`proxy.record` records what the original answers: with `--events all` only what falls back to it")
    builder.summary |= {"events": events, "marker": marker, "service": config.service.url or ""}
    _original(builder)
    builder.warn(*images.warnings(inventory))
    if all(version.description != marker for version in function.versions):
        if inventory.image is None:
            _publish(builder, settings, marker, layer_sha256)
        elif images.fit(inventory.image, function.arn):
            builder.add(*images.steps(inventory, config, settings, marker, GROUP))
    return marker


def _original(builder: PlanBuilder) -> None:
    """Add what keeps the original: a version of it if there is none, and the alias that no pruner gets past."""
    function, published = builder.inventory.function, original(builder.inventory.function)
    version = published.number if published else f"{MARKER}{_original_marker(function)}"
    if published is None:
        action = PublishVersion(function.name, function.code_sha256, _original_marker(function))
        builder.add(Step("", action, "what there is now, to go back to", GROUP, lingers=RETRIED))
        builder.add(*runtime_updates.pin(function, version, GROUP))
    pin = function.alias(PIN)
    if pin is None or pin.version == LATEST:
        builder.add(Step("", PinOriginal(function.name, version), "AWS deletes no version that an alias names", GROUP))


def layer_marker_of(layer_sha256: str) -> str:
    """Return the description of the version of the proxy's layer that has this content."""
    return f"{PROXY_MARKER}{layer_sha256[:MARKED]}"


def marker_of(inventory: Inventory, config: Migration, events: str, layer_sha256: str, signing_key: str) -> str:
    """Return the description of a proxy version: what it is made from is in it, the key that signs included."""
    settings = environment(inventory, config, events)
    made_from: list[Any] = [
        inventory.function.configuration_sha256,
        layer_sha256,
        settings,
        config.proxy.signing_keys,
        signing_key,
    ]
    return f"{PROXY_MARKER}{events} {sha256(made_from)[:MARKED]}"


def environment(inventory: Inventory, config: Migration, events: str) -> dict[str, str]:
    """Return the variables that the proxy version gets besides the function's own; none of them is a secret."""
    return layer.environment(
        config.proxy,
        service_url=config.service.url or "",
        events=events,
        original_handler=images.handler_of(inventory) or inventory.function.handler,
        original_wrapper=images.wrapper_of(inventory) or wrapper_of(inventory.function),
    )


def wrapper_of(function: Function) -> str:
    """Return the script whose place the proxy's takes, where the function runs under a web adapter; else ""."""
    return function.web_adapter.wrapper if function.web_adapter else ""


def _done_by_the_web_adapter(function: Function) -> Iterator[str]:
    """Yield what many learn too late of the web adapter: https://github.com/aws/aws-lambda-web-adapter/issues/537."""
    adapter = function.web_adapter
    if adapter and adapter.authorization:
        yield (
            f"the web adapter copies the header `{adapter.authorization}` to `authorization`; a request that"
            " goes straight to the service (`cutover --direct`) needs `authorization` itself"
        )
    if adapter and INTERNAL_SERVER_ERROR not in adapter.failing:
        yield (
            f"under the web adapter, a 500 answer to an event at `{adapter.events_path}` counts as success: the event"
            " is not retried and does not reach a dead-letter queue. The service does the same; set"
            " `AWS_LWA_ERROR_STATUS_CODES=500-599` to have such events retried"
        )


def _remarks(function: Function) -> Iterator[str]:
    """Yield what a person should know before a version of the function is published."""
    if function.snap_start:
        yield "SnapStart: Lambda makes a snapshot of each version that is published, which takes minutes"
    if function.code_signing and function.unsigned_code == "Warn" and function.package_type != "Image":
        yield "the proxy's layer is not signed: Lambda takes it, and counts it in `SignatureValidationErrors`"
    for path in sorted(function.file_systems):
        yield f"the function has a file system at `{path}`: the service needs the same files there before `cutover`"


def _settings(config: Migration, events: str) -> list[Blocker]:
    """Return what a version needs that passes events on; one that only records needs neither service nor keys."""
    missing: list[Blocker] = []
    if events == "none":
        return missing
    if not config.service.url:
        missing.append(closed(service_url, "migration.yaml does not say where the service is; set `service.url`"))
    if not config.proxy.signing_keys:
        text = "requests to the service are signed; name a secret in `proxy.signing_keys`"
        missing.append(closed(signing_keys_gate, text))
    return missing


def _recording(inventory: Inventory, config: Migration) -> Iterator[Blocker]:
    record = config.proxy.record
    if record is None:
        return
    if inventory.function.web_adapter is not None:
        text = "under the web adapter the proxy sees no events to record; take `proxy.record` out of migration.yaml"
        yield closed(recording_impossible, text)
    if record.mirror and not (config.service.url and config.proxy.signing_keys):
        text = "`proxy.record.mirror` needs `service.url` and `proxy.signing_keys`, to ask the service"
        yield closed(recording_impossible, text)


def _original_marker(function: Function) -> str:
    """Return a marker that no version has yet: one of the same code may exist, with another configuration."""
    marker = original_marker(function)
    taken = any(version.description == marker for version in function.versions)
    return original_marker(function, exact=True) if taken else marker


def _versions_of_one(profiles: tuple[str, ...]) -> list[str]:
    """Return the versions of the first signing profile that a function takes, as ARNs."""
    first = profiles[0].rpartition("/")[0]
    return [each for each in profiles if each.rpartition("/")[0] == first]


def _publish(builder: PlanBuilder, settings: dict[str, str], marker: str, layer_sha256: str) -> None:
    function = builder.inventory.function
    layer_name = f"{PROXY_LAYER}{function.name}"
    layer_marker = layer_marker_of(layer_sha256)
    bucket = builder.config.proxy.signer_bucket
    if bucket and function.unsigned_code == ENFORCE and function.signing_profiles:
        if layer_marker not in builder.inventory.signed_layers:
            profile, *others = _versions_of_one(function.signing_profiles)
            signed = PublishSignedLayer(layer_name, layer_sha256, layer_marker, bucket, profile, tuple(others))
            builder.add(Step("", signed, "the proxy; the function takes signed code only", GROUP))
    elif layer_marker not in builder.inventory.layers:
        action = PublishLayer(layer_name, layer_sha256, layer_marker)
        builder.add(Step("", action, "the proxy; the function's own code stays untouched", GROUP))
    wrapped = wrapper_of(function)
    on_latest = (
        function.name,
        layer_name,
        layer_marker,
        function.handler,
        function.handler if wrapped else layer.HANDLER,
        settings,
        builder.config.proxy.signing_keys or "",
        function.environment_sha256,
        wrapped,
        layer.WRAPPER if wrapped else "",
    )
    builder.add(
        *runtime_updates.hold(function, GROUP),
        Step(
            "",
            ConfigureLatest(*on_latest),
            "versions are published from $LATEST",
            GROUP,
            risk=_ON_LATEST if wrapped else _ON_LATEST_THROUGH_THE_PROXY,
        ),
        Step("", PublishVersion(function.name, function.code_sha256, marker), "nothing invokes it yet", GROUP),
        Step("", RestoreLatest(*on_latest), "$LATEST is again what it was", GROUP),
        *runtime_updates.release(function, GROUP),
        *runtime_updates.pin(function, f"{MARKER}{marker}", GROUP),
    )
