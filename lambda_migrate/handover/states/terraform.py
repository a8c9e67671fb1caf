"""The local state of Terraform and OpenTofu, version 4: https://developer.hashicorp.com/terraform/language/state."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from lambda_migrate.handover.states.model import Managed, dictionaries, dictionary
from lambda_migrate.handover.states.resources import RESOURCES, id_of, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOOL = "terraform"
FILES = ("terraform.tfstate", "*.tfstate", "terraform.tfstate.d/*/terraform.tfstate")
LOCKS = (".terraform.tfstate.lock.info", ".*.tfstate.lock.info", "terraform.tfstate.d/*/.terraform.tfstate.lock.info")
VERSION = 4


def read(_path: Path, text: str) -> Iterator[Managed]:
    """Yield what the state says was made.

    Raises:
        ValueError: It is not a state, or one of another version.
    """
    state = json.loads(text)
    if isinstance(state, dict) and "encrypted_data" in state:
        msg = "encrypted by OpenTofu"
        raise ValueError(msg)
    if not isinstance(state, dict) or state.get("version") != VERSION:
        msg = f"not a state of version {VERSION}"
        raise ValueError(msg)
    for each in dictionaries(state.get("resources")):
        resource = RESOURCES.get(type_of(each.get("type")))
        if resource is None or each.get("mode") != "managed":
            continue
        address = ".".join(str(each[part]) for part in ("module", "type", "name") if each.get(part))
        for instance in dictionaries(each.get("instances")):
            known = id_of(resource, dictionary(instance.get("attributes")).get)
            if known:
                yield Managed(f"{address}{_index(instance)}", resource.kind, known)


def lineage(text: str) -> str:
    """Return what a state has in common with its copies; "" where it does not say."""
    return str(dictionary(json.loads(text)).get("lineage") or "")


def _index(instance: dict[str, Any]) -> str:
    key = instance.get("index_key")
    return "" if key is None else f"[{json.dumps(key, ensure_ascii=False)}]"
