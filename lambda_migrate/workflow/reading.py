"""What the phases read before they plan: the function and everything around it, the keys, the service's consumers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate import inventory
from lambda_migrate.errors import ConfigError
from lambda_migrate.function import signing_keys
from lambda_migrate.workflow.ownership import with_owners

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.inventory import Inventory
    from lambda_migrate.workflow.context import Context


def inventory_of(context: Context) -> Inventory:
    """Return the function of migration.yaml and everything that can invoke it."""
    config = context.migration
    taken = inventory.take(context.aws_read_only, config.function, alias=config.alias)
    return with_owners(context.aws_read_only, taken, code_of(context))


def code_of(context: Context) -> Path:
    """Return the folder of the function's code; that of migration.yaml where nothing says which."""
    return context.folder / ((context.migration.source if context.configured else None) or ".")


def recorded_inventory(context: Context) -> Inventory:
    """Return the same, of the function that the ledger is about.

    Raises:
        NotAllowed: The ledger is about another account, region or function.
    """
    context.require_ledger_place()
    current = inventory_of(context)
    context.require_ledger_identity(current.function.arn)
    return current


def key_identifiers(context: Context) -> list[str]:
    """Return the identifiers of the signing keys, the one that signs first; none where no secret is named."""
    reference = context.migration.proxy.signing_keys
    return signing_keys.read(context.aws_read_only, reference).identifiers if reference else []


def require_key_reference(context: Context) -> None:
    """Refuse to go on where nothing says where the keys are.

    Raises:
        ConfigError: Nothing does.
    """
    if not context.migration.proxy.signing_keys:
        reference = f"secretsmanager:lambda-migrate/{context.migration.function}/signing-keys"
        raise ConfigError(
            "no secret for the signing keys is named",
            hint=f"write `signing_keys: {reference}` under `proxy:` in migration.yaml",
        )
