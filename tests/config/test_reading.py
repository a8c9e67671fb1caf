"""Reading migration.yaml; mistakes in it, as a user sees them, are in tests/failures/test_configuration.py."""

from __future__ import annotations

import pytest

from lambda_migrate.config import parse
from lambda_migrate.errors import ConfigError


def test_the_older_name_of_a_key_is_read() -> None:
    older, today = (parse(f"function: orders\ncutover: {{{key}: false}}\n") for key in ("settle", "propagation"))

    assert older == today
    assert not today.cutover.propagation
    with pytest.raises(ConfigError, match=r"migration\.yaml:2 cutover\.settle: unknown key"):
        parse("function: orders\ncutover: {settle: false, propagation: false}\n")
