"""The worlds of the actions on signing keys; their documents show ids, since values are drawn each time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_migrate.actions.secrets.drop_signing_key import DropSigningKey
from lambda_migrate.actions.secrets.set_signing_keys import SetSigningKeys
from tests.actions.stage import SECRET, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.actions.stage import Stage

SECOND = "k2:the-next-signing-key"


def _secrets(stage: Stage) -> dict[str, Any]:
    """Return the secrets of the stage: ids of their keys, the values that tests gave them, and what else they have."""
    manager = stage.client("secretsmanager")
    found = {}
    for each in manager.get_paginator("list_secrets").paginate().build_full_result()["SecretList"]:
        if each["Name"].startswith(stage.name):
            text = manager.get_secret_value(SecretId=each["Name"])["SecretString"]
            keys = [pair.partition(":") for pair in text.split(",")]
            given = {key: value for key, _, value in keys if f"{key}:{value}" in (SECRET, SECOND)}
            found[each["Name"]] = {"keys": [key for key, _, _ in keys], "given": given, "tags": each.get("Tags", [])}
    return found


def _tag(stage: Stage) -> None:
    stage.client("secretsmanager").tag_resource(
        SecretId=f"{stage.name}-secret", Tags=[{"Key": "team", "Value": "theirs"}]
    )


def _write(stage: Stage, text: str) -> None:
    stage.client("secretsmanager").put_secret_value(SecretId=f"{stage.name}-secret", SecretString=text)


def _neighbour(stage: Stage) -> None:
    stage.client("secretsmanager").create_secret(Name=f"{stage.name}-theirs", SecretString="x:y")


def set_signing_keys(stage: Stage) -> World:
    return World(
        SetSigningKeys(stage.secret(SECRET), ["k1"], ["k1", "k2"]),
        documents=lambda: _secrets(stage),
        foreign=lambda: _tag(stage),
        drift=lambda: _write(stage, "theirs:secret"),
    )


def set_signing_keys_to_sign_with_the_other(stage: Stage) -> World:
    return World(
        SetSigningKeys(stage.secret(f"{SECRET},{SECOND}"), ["k1", "k2"], ["k2", "k1"]),
        documents=lambda: _secrets(stage),
        foreign=lambda: _tag(stage),
        drift=lambda: _write(stage, f"{SECRET},k3:other"),
    )


def set_signing_keys_for_the_first_time(stage: Stage) -> World:
    return World(
        SetSigningKeys(f"secretsmanager:{stage.name}-secret", [], ["k1"]),
        documents=lambda: _secrets(stage),
        foreign=lambda: _neighbour(stage),
        drift=lambda: stage.secret("theirs:secret"),
    )


def set_signing_keys_in_a_parameter(stage: Stage) -> World:
    ssm = stage.client("ssm")
    name = f"/{stage.name}/keys"

    def documents() -> Any:
        listed = ssm.get_parameters_by_path(Path=f"/{stage.name}", WithDecryption=True)["Parameters"]
        return {
            each["Name"]: {"type": each["Type"], "keys": [key.partition(":")[0] for key in each["Value"].split(",")]}
            for each in listed
        }

    def put(parameter: str, value: str) -> None:
        ssm.put_parameter(Name=parameter, Value=value, Type="SecureString", Overwrite=True)

    return World(
        SetSigningKeys(f"ssm:{name}", [], ["k1"]),
        documents=documents,
        foreign=lambda: put(f"/{stage.name}/theirs", "x:y"),
        drift=lambda: put(name, "theirs:secret"),
    )


def drop_signing_key(stage: Stage) -> World:
    return World(
        DropSigningKey(stage.secret(f"{SECOND},{SECRET}"), "k1", ["k2"]),
        documents=lambda: _secrets(stage),
        foreign=lambda: _tag(stage),
        drift=lambda: _write(stage, f"{SECRET},{SECOND}"),
    )


WORLDS: dict[str, Callable[[Stage], World]] = {
    "set_signing_keys": set_signing_keys,
    "set_signing_keys/order": set_signing_keys_to_sign_with_the_other,
    "set_signing_keys/first": set_signing_keys_for_the_first_time,
    "set_signing_keys/parameter": set_signing_keys_in_a_parameter,
    "drop_signing_key": drop_signing_key,
}
