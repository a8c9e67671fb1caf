"""Reads states that Terraform keeps in S3, as far as the caller may; writes nothing there, and keeps ids alone."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_migrate.aws.permissions import calls
from lambda_migrate.declarations import hcl
from lambda_migrate.declarations.model import Unreadable
from lambda_migrate.errors import MigrateError, NoCredentials, NotAllowed, NotFound
from lambda_migrate.handover.ownership import File
from lambda_migrate.handover.states import backend, identities, lock, terraform
from lambda_migrate.regular_file import read_regular
from lambda_migrate.workflow.state_files import LONGEST, Near, why

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.aws.permissions import Call
    from lambda_migrate.aws.session import Aws
    from lambda_migrate.handover.states.backend import Backend

LOCK_SUFFIX = ".tflock"
_SHORT = 1 << 16
_DECLARED = re.compile(r"\b(?:backend|cloud)\b")


@dataclass
class RemoteStates:
    """What was read.

    Attributes:
        files: What each state names.
        texts: The ids of each state, in the form of a state, by the folder of the code that it belongs to.
        notes: What could not be read, and who is at work, one line each.
    """

    files: list[File] = field(default_factory=list)
    texts: dict[Path, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def calls_of(folder: Path) -> Iterator[Call]:
    """Yield what reading the states calls.

    Args:
        folder: Of the code.
    """
    for _path, kept in _backends(Near(folder), []):
        if kept.kind == backend.S3 and not kept.elsewhere:
            yield from calls("s3", "GetObject", Bucket=kept.bucket, Key=kept.key)
            if kept.lock_file:
                yield from calls("s3", "GetObject", Bucket=kept.bucket, Key=f"{kept.key}{LOCK_SUFFIX}")
                yield from calls("s3", "ListObjectsV2", Bucket=kept.bucket)
            if kept.table:
                yield from calls("dynamodb", "GetItem", TableName=kept.table, region=kept.region)


def read(aws: Aws, folder: Path) -> RemoteStates:
    """Read the states that files near the code say are kept elsewhere.

    Args:
        aws: Where to look.
        folder: Of the code.
    """
    near, states = Near(folder), RemoteStates()
    known: set[Path] = set()
    for path, kept in _backends(near, states.notes):
        known.add(path.parent.parent.resolve())
        if kept.kind != backend.S3 or kept.elsewhere:
            at = "an endpoint of its own" if kept.elsewhere else f"`{kept}`"
            states.notes.append(f"{_unknown(near.named(path))}: it is kept at {at}, which is not asked")
            continue
        there = aws.elsewhere(kept.region) if kept.region and kept.region != aws.region_name else aws
        states.notes += _locked(there, kept)
        try:
            text = _object(there, kept.bucket, kept.key, LONGEST)
            made = tuple(terraform.read(path, text))
            states.files.append(File(terraform.TOOL, str(kept), made, terraform.lineage(text)))
            states.texts[path.parent.parent] = identities.only(text)
        except (ValueError, RecursionError) as error:
            text = f"`{kept}` cannot be read ({why(error)}): what Terraform owns is unknown"
            states.notes.append(f"{text}; check with Terraform itself")
        except NoCredentials:
            raise
        except MigrateError as error:
            text = f"`{kept}` cannot be read ({error.message}): what Terraform owns is unknown"
            refused = isinstance(error, NotAllowed)
            states.notes.append(f"{text}; {'allow s3:GetObject on it' if refused else 'check with Terraform itself'}")
    states.notes += _not_initialised(near, known)
    return states


def _unknown(named: str) -> str:
    return f"what Terraform owns is unknown, its state is not here (`{named}`)"


def _backends(near: Near, notes: list[str]) -> Iterator[tuple[Path, Backend]]:
    """Yield each file that says where a state is kept, and what it says."""
    for path in near.matching((backend.FILE,)):
        try:
            selected = path.with_name(backend.WORKSPACE)
            workspace = read_regular(selected, _SHORT).decode() if selected.is_file() else ""
            kept = backend.read(read_regular(path, LONGEST).decode("utf-8-sig"), workspace)
        except (OSError, ValueError, RecursionError) as error:
            named = near.named(path)
            notes.append(f"`{named}` cannot be read ({why(error)}): where Terraform keeps its state is unknown")
            continue
        if kept:
            yield path, kept


def _object(aws: Aws, bucket: str, key: str, most: int) -> str:
    """Return the text of an object.

    Raises:
        ValueError: It is larger than that, or not a text.
        MigrateError: It cannot be read.
    """
    answer = aws.call("s3", "get_object", Bucket=bucket, Key=key)
    with aws.translated("s3", "get_object", {"Bucket": bucket, "Key": key}):
        content = answer["Body"].read(most + 1)
    if len(content) > most:
        msg = f"larger than {most >> 20} MB"
        raise ValueError(msg)
    return str(content.decode("utf-8-sig"))


def _locked(aws: Aws, kept: Backend) -> Iterator[str]:
    """Yield who holds a state's lock; or that this is unknown, if the lock cannot be read."""
    try:
        if kept.table:
            asked = {"LockID": {"S": kept.lock_id}}
            answer = aws.call("dynamodb", "get_item", TableName=kept.table, Key=asked, ConsistentRead=True)
            info = ((answer.get("Item") or {}).get("Info") or {}).get("S")
            if info:
                yield lock.held(terraform.TOOL, f"{kept.table}/{kept.lock_id}", lock.about(str(info)))
        if kept.lock_file:
            where = f"{kept.key}{LOCK_SUFFIX}"
            held = _object(aws, kept.bucket, where, _SHORT)
            yield lock.held(terraform.TOOL, f"s3://{kept.bucket}/{where}", lock.about(held))
    except NotFound:
        return  # nobody holds it
    except ValueError:
        yield lock.held(terraform.TOOL, f"s3://{kept.bucket}/{kept.key}{LOCK_SUFFIX}", "")
    except NoCredentials:
        raise
    except MigrateError as error:
        needed = "dynamodb:GetItem on its table" if kept.table else "s3:ListBucket on its bucket"
        text = f"whether Terraform is running on `{kept}` is not known ({error.message})"
        yield f"{text}: ask before you go on, or allow {needed}"


def _not_initialised(near: Near, known: set[Path]) -> Iterator[str]:
    """Yield which code keeps its state elsewhere, if nothing says in which object."""
    for path in near.matching(("*.tf", "*.tofu")):
        if path.parent.resolve() in known:
            continue
        try:
            text = read_regular(path, LONGEST).decode("utf-8-sig")
            blocks = hcl.parse(text) if _DECLARED.search(text) else []
        except (OSError, ValueError, Unreadable):
            continue  # the readers of declarations tell it
        kinds = [
            inner.labels[0] if inner.labels else inner.kind
            for block in blocks
            if block.kind == "terraform"
            for inner in block.blocks
            if inner.kind in ("backend", "cloud")
        ]
        if any(kind != backend.LOCAL for kind in kinds):
            where = Path(os.path.relpath(path.parent, near.folder)).as_posix()
            first = f"what Terraform owns is unknown, `{near.named(path)}` keeps its state in `{kinds[0]}`"
            yield f"{first}: run `terraform init` in `{where}`"
