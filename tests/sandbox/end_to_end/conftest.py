from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.sandbox.end_to_end.stage import Stage, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.sandbox.embedded_aws import EmbeddedAws


@pytest.fixture(scope="session")
def stage(embedded_aws: EmbeddedAws, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The function in all its versions, and the service; made once per worker."""
    with set_up(embedded_aws, tmp_path_factory.mktemp("end-to-end")) as made:
        yield made
