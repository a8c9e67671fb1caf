"""Everything that the sandbox adds to MiniStack, in the order in which the additions wrap each other."""

from __future__ import annotations

from lambda_migrate.sandbox.ministack import (
    api_deployments,
    deliveries,
    environments,
    iam,
    images,
    lambda_,
    log_deliveries,
    logs,
    payloads,
    pipes,
    pool,
    qualifier_policies,
    receipt_rules,
    refusals,
    rest_api_deployments,
    rest_api_integrations,
    rest_api_tests,
    rotation,
    target_groups,
    unkind,
    viewer_functions,
    vpc_links,
)


def install() -> None:
    """Add everything to the MiniStack of this process."""
    for addition in (
        lambda_,
        qualifier_policies,
        environments,
        images,
        pool,
        logs,
        log_deliveries,
        payloads,
        deliveries,
        api_deployments,
        rest_api_deployments,
        rest_api_integrations,
        rest_api_tests,
        target_groups,
        vpc_links,
        viewer_functions,
        unkind,
        refusals,
        rotation,
        iam,
        receipt_rules,
        pipes,
    ):
        addition.install()
