"""AWS's documents about a function, read into what we know of it. Values of environment variables end here."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.errors import NotAllowed
from lambda_migrate.function import image, web_adapter
from lambda_migrate.function.model import Alias, Function, Version
from lambda_migrate.function.settings import COPIED, KNOWN
from lambda_migrate.function.signing_keys import identifier_in
from lambda_migrate.hashing import sha256

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_migrate.aws.documents import Document

PREFIX = "LAMBDA_MIGRATE_"
"""Of every environment variable that is ours."""

SIGNING_KEYS = "LAMBDA_MIGRATE_SIGNING_KEYS"
"""The variable that holds the keys that sign requests to the service."""

WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"
"""The variable that names the script by which Lambda starts the runtime."""

PROXY_MARKER = "lambda-migrate proxy "
ORIGINAL_MARKER = "lambda-migrate original "

LATEST = "$LATEST"

TRAFFIC = "lambda-migrate: the traffic alias"
"""How the traffic alias describes itself where the cutover made it."""

PIN = "lambda-migrate"
"""The alias that names the original version for as long as a migration is under way: AWS deletes no version that an
alias names, so that no pruner takes the way back along. Other versions that the way back needs get one each."""

_SPECIAL = {"CapacityProviderConfig": "capacity-provider", "DurableConfig": "durable", "TenancyConfig": "tenancy"}

_RUNS = tuple(sorted({*COPIED, *_SPECIAL, "Handler"} - {"EphemeralStorage", "RuntimeVersionConfig", "SnapStart"}))
"""What decides how a function runs and reads the same on ``$LATEST`` and on the version that is published from it.

Patches of the runtime come by themselves, and change nothing of ours; storage, overrides of an image and SnapStart have
readers of their own.
"""


def pin_of(version: str) -> str:
    """Return the name of the alias that keeps a version other than the first original; a version's number."""
    return f"{PIN}-{version}"


def is_pin(alias: str) -> bool:
    """Return whether an alias is there for us to keep a version, and invokes it for nobody."""
    return alias == PIN or alias.startswith(f"{PIN}-")


def function(configuration: dict[str, Any]) -> Function:
    """Return the function that a FunctionConfiguration describes, as yet without what belongs to its qualifiers."""
    environment = variables(configuration)
    return Function(
        name=configuration["FunctionName"],
        arn=configuration["FunctionArn"].removesuffix(":$LATEST"),
        runtime=configuration.get("Runtime", ""),
        handler=configuration.get("Handler", ""),
        package_type=configuration.get("PackageType", "Zip"),
        code_sha256=configuration["CodeSha256"],
        role=configuration["Role"],
        timeout=configuration.get("Timeout", 3),
        memory=configuration.get("MemorySize", 128),
        architectures=tuple(configuration.get("Architectures") or ("x86_64",)),
        layers=tuple(layers(configuration)),
        environment_names=tuple(sorted(environment)),
        environment_sha256=sha256(environment),
        vpc={key: value for key, value in (configuration.get("VpcConfig") or {}).items() if value},
        dead_letter=_dead_letter(configuration),
        edge=bool(configuration.get("MasterArn")),
        code_size=configuration.get("CodeSize", 0),
        layer_sizes={layer["Arn"]: layer.get("CodeSize", 0) for layer in configuration.get("Layers") or ()},
        last_modified=str(configuration.get("LastModified", "")),
        environment_size=len(json.dumps(environment, ensure_ascii=False, separators=(",", ":")).encode()),
        configuration_sha256=_configuration_sha256(configuration),
        snap_start=_snap_start(configuration),
        web_adapter=web_adapter.read(environment, layers(configuration)),
        exec_wrapper=environment.get(WRAPPER, ""),
        special=tuple(name for field, name in _SPECIAL.items() if configuration.get(field)),
        kms_key=configuration.get("KMSKeyArn") or "",
        file_systems={each["LocalMountPath"]: each["Arn"] for each in configuration.get("FileSystemConfigs") or ()},
        unknown=tuple(sorted(set(configuration) - KNOWN - {"ResponseMetadata"})),
    )


def version(configuration: dict[str, Any]) -> Version:
    """Return the published version that a FunctionConfiguration describes."""
    description = configuration.get("Description", "")
    words = description.removeprefix(PROXY_MARKER).split(" ")
    return Version(
        number=configuration["Version"],
        code_sha256=configuration["CodeSha256"],
        handler=configuration.get("Handler", ""),
        layers=tuple(layers(configuration)),
        environment_sha256=sha256(_readable(configuration)),
        description=description,
        proxy_events=words[0] if description.startswith(PROXY_MARKER) and len(words) > 1 else "",
        last_modified=str(configuration.get("LastModified", "")),
        configuration_sha256=_configuration_sha256(configuration),
        role=configuration.get("Role", ""),
        dead_letter=_dead_letter(configuration),
        signing_key=identifier_in(_readable(configuration).get(SIGNING_KEYS, "")),
        proxy_settings=_proxy_settings(_readable(configuration)),
    )


def _proxy_settings(environment: dict[str, str]) -> dict[str, str]:
    """Return what the proxy is told; its keys are secret, and left out."""
    own = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    return {name: value for name, value in own.items() if "KEY" not in name}


def alias(document: dict[str, Any]) -> Alias:
    """Return the alias that an AliasConfiguration describes."""
    weights = (document.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return Alias(
        document["Name"],
        document["FunctionVersion"],
        {number: float(weight) for number, weight in sorted(weights.items())},
        document.get("Description", ""),
    )


def is_updating(configuration: Document) -> bool:
    """Return whether Lambda is still at work on the last change of a function."""
    return configuration.get("State") == "Pending" or configuration.get("LastUpdateStatus") == "InProgress"


def variables(configuration: Document) -> dict[str, str]:
    """Return the environment variables of a function's configuration.

    Raises:
        NotAllowed: AWS did not show them, as where the key that encrypts them may not be used. What cannot be read must
            not be taken for empty: writing it back would erase it.
    """
    environment: dict[str, Any] = configuration.get("Environment") or {}
    if environment.get("Error"):
        name, code = configuration.get("FunctionName", ""), environment["Error"].get("ErrorCode", "")
        raise NotAllowed(
            f"the environment of `{name}` cannot be read: {code}",
            hint="allow `kms:Decrypt` on the function's key, then run the same command again",
        )
    return dict(environment.get("Variables") or {})


def _readable(configuration: Document) -> dict[str, str]:
    """Return the environment variables of a version, or AWS's reason for not showing them.

    The key that encrypts an old version's variables may be gone. Such a version matches no other, and stops nobody.
    """
    error = (configuration.get("Environment") or {}).get("Error")
    if error and configuration.get("Version", "$LATEST") != "$LATEST":
        return {"": str(error.get("ErrorCode", "unreadable"))}
    return variables(configuration)


def layers(configuration: Document) -> list[str]:
    """Return the ARNs of the layers of a function's configuration, in their order."""
    return [each["Arn"] for each in configuration.get("Layers") or []]


def _dead_letter(configuration: dict[str, Any]) -> str:
    return str((configuration.get("DeadLetterConfig") or {}).get("TargetArn", ""))


def _snap_start(configuration: dict[str, Any]) -> bool:
    return bool((configuration.get("SnapStart") or {}).get("ApplyOn", "None") != "None")


def _ephemeral_storage(configuration: Document) -> object:
    return configuration.get("EphemeralStorage") or {"Size": 512}


def differing(one: Document, other: Document) -> list[str]:
    """Return the fields that decide how a function runs and that two of its configurations do not share."""
    readers: dict[str, Callable[[Document], object]] = {
        "Environment": _readable,
        "EphemeralStorage": _ephemeral_storage,
        "ImageConfigResponse": image.overrides,
        "Layers": layers,
        "SnapStart": _snap_start,
    }
    plain = [field for field in _RUNS if (one.get(field) or None) != (other.get(field) or None)]
    return [*plain, *(field for field, read in readers.items() if read(one) != read(other))]


def _configuration_sha256(configuration: dict[str, Any]) -> str:
    kept = {field: configuration[field] for field in _RUNS if configuration.get(field)}
    if overridden := image.overrides(configuration):  # what was overridden and is not any more shows as empty
        kept["ImageConfigResponse"] = {"ImageConfig": overridden}
    return sha256(
        {
            **kept,
            "Environment": _readable(configuration),
            "EphemeralStorage": _ephemeral_storage(configuration),
            "Layers": tuple(layers(configuration)),
            "SnapStart": _snap_start(configuration),
        }
    )
