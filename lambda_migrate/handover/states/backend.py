"""Where Terraform and OpenTofu keep a state that is not in the working folder, as ``terraform init`` writes it down.

https://developer.hashicorp.com/terraform/language/backend/s3: the path of the state of a workspace, and its lock.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from lambda_migrate.declarations.model import mapping

FILE = ".terraform/terraform.tfstate"
WORKSPACE = "environment"
"""The file beside it that names the workspace, where another one than the first is selected."""

S3, LOCAL = "s3", "local"
_DEFAULT, _PREFIX = "default", "env:"


@dataclass(frozen=True)
class Backend:
    """Where a state is kept.

    Attributes:
        kind: ``s3``, ``gcs``, ``cloud``, …
        bucket: The bucket's name; this and the rest of S3 alone.
        key: Of the object, that of the selected workspace.
        region: Where the bucket is, "" where nobody says.
        table: The table of DynamoDB that has the locks, "" without one.
        lock_file: Whether a lock is an object beside the state.
        elsewhere: Whether an endpoint of its own is asked in AWS's place.
    """

    kind: str
    bucket: str = ""
    key: str = ""
    region: str = ""
    table: str = ""
    lock_file: bool = False
    elsewhere: bool = False

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}" if self.kind == S3 else self.kind

    @property
    def lock_id(self) -> str:
        """The key of its lock in the table."""
        return f"{self.bucket}/{self.key}"


def read(text: str, workspace: str = "") -> Backend | None:
    """Return where the state is kept; None where it is in the working folder.

    Args:
        text: Of the file.
        workspace: What the file beside it says.

    Raises:
        ValueError: It is not such a file, or names no object.
    """
    given = mapping(mapping(json.loads(text)).get("backend"))
    kind = str(given.get("type") or "")
    if not kind or kind == LOCAL:
        return None
    if kind != S3:
        return Backend(kind)
    config = mapping(given.get("config"))
    said = {name: str(config.get(name) or "") for name in ("bucket", "key", "region", "dynamodb_table")}
    if not said["bucket"] or not said["key"]:
        msg = "it names no bucket and key"
        raise ValueError(msg)
    selected = workspace.strip()
    prefix = str(config.get("workspace_key_prefix") or _PREFIX)
    key = said["key"] if selected in ("", _DEFAULT) else f"{prefix}/{selected}/{said['key']}"
    own = bool(config.get("endpoint") or any(mapping(config.get("endpoints")).values()))
    return Backend(
        S3, said["bucket"], key, said["region"], said["dynamodb_table"], config.get("use_lockfile") is True, own
    )
