"""Every rule, one module each: a new rule is a file here and a line below."""

from __future__ import annotations

import re

from lambda_migrate.analyzer.rule import Rule
from lambda_migrate.analyzer.rules import (
    allow_without_reason,
    background_work,
    blocking_in_async,
    context_object,
    dynamic_import,
    embedded_metrics,
    environ_mutation,
    event_dispatch,
    extension_endpoint,
    fetched_once,
    frozen_credentials,
    gateway_authorizer,
    gateway_event,
    gateway_identity_header,
    gateway_source_ip,
    global_write,
    handler_not_found,
    idempotency_keys,
    implicit_region,
    in_process_scheduler,
    lambda_env_var,
    lambda_layout_path,
    lambda_url_of_self,
    layer_import,
    lifespan_every_request,
    lifespan_off,
    mangum_adapter,
    module_state_mutated,
    no_adapter,
    one_connection_pool,
    partial_batch,
    powertools_decorator,
    powertools_resolver,
    print_as_log,
    private_event_loop,
    process_exit,
    proxy_response_dict,
    relative_path,
    relies_on_root_handler,
    root_handler_surgery,
    runs_on_lambda_gate,
    runtime_provided_import,
    secret_cached_forever,
    self_invoke,
    several_adapters,
    shared_boto3_resource,
    shared_db_connection,
    shared_db_session,
    shared_http_session,
    snapstart_hook,
    stage_prefix,
    syntax_error,
    tmp_path,
    unbounded_cache,
    websocket_connection_id,
    work_around_adapter,
    work_at_import,
    wsgi_adapter,
    xray_sdk,
)

RULES: tuple[Rule, ...] = (
    Rule.of(syntax_error),  # LM000
    Rule.of(mangum_adapter),  # LM001
    Rule.of(lifespan_off),  # LM002
    Rule.of(event_dispatch),  # LM003
    Rule.of(stage_prefix),  # LM004
    Rule.of(lifespan_every_request),  # LM005
    Rule.of(no_adapter),  # LM006
    Rule.of(several_adapters),  # LM007
    Rule.of(handler_not_found),  # LM008
    Rule.of(allow_without_reason),  # LM009
    Rule.of(dynamic_import),  # LM010
    Rule.of(wsgi_adapter),  # LM011
    Rule.of(work_around_adapter),  # LM012
    Rule.of(gateway_event),  # LM101
    Rule.of(gateway_authorizer),  # LM102
    Rule.of(gateway_source_ip),  # LM103
    Rule.of(gateway_identity_header),  # LM104
    Rule.of(context_object),  # LM201
    Rule.of(lambda_env_var),  # LM202
    Rule.of(implicit_region),  # LM203
    Rule.of(runs_on_lambda_gate),  # LM204
    Rule.of(frozen_credentials),  # LM205
    Rule.of(global_write),  # LM301
    Rule.of(module_state_mutated),  # LM302
    Rule.of(shared_db_connection),  # LM303
    Rule.of(shared_boto3_resource),  # LM304
    Rule.of(blocking_in_async),  # LM305
    Rule.of(secret_cached_forever),  # LM306
    Rule.of(environ_mutation),  # LM307
    Rule.of(one_connection_pool),  # LM308
    Rule.of(private_event_loop),  # LM309
    Rule.of(shared_db_session),  # LM310
    Rule.of(shared_http_session),  # LM311
    Rule.of(unbounded_cache),  # LM312
    Rule.of(fetched_once),  # LM313
    Rule.of(tmp_path),  # LM401
    Rule.of(lambda_layout_path),  # LM402
    Rule.of(relative_path),  # LM403
    Rule.of(extension_endpoint),  # LM501
    Rule.of(self_invoke),  # LM502
    Rule.of(lambda_url_of_self),  # LM503
    Rule.of(powertools_decorator),  # LM504
    Rule.of(xray_sdk),  # LM505
    Rule.of(partial_batch),  # LM506
    Rule.of(proxy_response_dict),  # LM507
    Rule.of(powertools_resolver),  # LM508
    Rule.of(websocket_connection_id),  # LM509
    Rule.of(idempotency_keys),  # LM510
    Rule.of(background_work),  # LM601
    Rule.of(process_exit),  # LM602
    Rule.of(in_process_scheduler),  # LM603
    Rule.of(work_at_import),  # LM604
    Rule.of(print_as_log),  # LM701
    Rule.of(relies_on_root_handler),  # LM702
    Rule.of(root_handler_surgery),  # LM703
    Rule.of(embedded_metrics),  # LM704
    Rule.of(runtime_provided_import),  # LM801
    Rule.of(layer_import),  # LM802
    Rule.of(snapstart_hook),  # LM803
)
NAMES = frozenset(name for rule in RULES for name in (rule.code.lower(), rule.name))


def means_a_rule(name: str) -> bool:
    """Return whether an entry of `accept:` is about a rule, if only a misspelt one; others name triggers and gates."""
    return name.lower() in NAMES or re.fullmatch(r"LM\d+", name, re.IGNORECASE) is not None
