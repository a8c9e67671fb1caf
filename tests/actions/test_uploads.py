"""An upload takes the very file that was planned."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from lambda_migrate.actions.s3.put_object import PutObject
from lambda_migrate.aws.session import Aws
from lambda_migrate.errors import GateClosed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("content", [None, b"another"])
def test_a_file_that_is_gone_or_has_changed_is_not_uploaded(content: bytes | None, tmp_path: Path) -> None:
    source, planned = tmp_path / "bundle.zip", hashlib.sha256(b"planned").hexdigest()
    if content is not None:
        source.write_bytes(content)

    with pytest.raises(GateClosed) as refused:
        PutObject("bundles", "v1.zip", planned, str(source)).apply(Aws(region="eu-west-1"))

    assert (refused.value.gate, refused.value.message) == ("bundle-changed", f"`{source}` is not what the plan saw")
