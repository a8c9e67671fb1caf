"""What reading a function and everything that can invoke it calls, from which the policies of IAM are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.aws.permissions import Call, calls
from lambda_migrate.inventory import finders
from lambda_migrate.triggers import TRIGGERS

if TYPE_CHECKING:
    from collections.abc import Iterator


def of_inventory(function: str) -> Iterator[Call]:
    """Yield what an inventory calls.

    Args:
        function: Name of the function.
    """
    yield from of_function(function)
    for finder in finders.FINDERS:
        yield from (Call(name) for name in finder.calls)
    for kind in TRIGGERS.values():
        yield from (Call(name) for name in kind.calls)
    yield from calls("iam", "GetAccountAuthorizationDetails")
    yield from calls("cloudformation", "DescribeStackResources")


def of_function(function: str) -> Iterator[Call]:
    """Yield what a look at the function itself calls."""
    listed = "ListVersionsByFunction ListAliases ListFunctionEventInvokeConfigs ListFunctionUrlConfigs"
    about = f"GetFunctionCodeSigningConfig ListProvisionedConcurrencyConfigs {listed}"
    qualified = "GetFunction GetFunctionConfiguration GetPolicy GetRuntimeManagementConfig"
    yield from calls("lambda", about, FunctionName=function)
    yield from calls("lambda", qualified, FunctionName=function, Qualifier="*")
    yield from calls("lambda", "ListLayerVersions GetCodeSigningConfig GetLayerVersionByArn")
