"""Which version is the original, whatever AWS shows of it."""

from __future__ import annotations

from dataclasses import replace

from lambda_migrate.function.model import Function, Version
from lambda_migrate.function.versions import original, original_marker
from tests.targets.deployments import FUNCTION

CODE = "Y29kZQ=="


def function(*versions: Version) -> Function:
    return replace(FUNCTION, code_sha256=CODE, configuration_sha256="0123456789abcdef-and-more", versions=versions)


def version(number: str, configuration: str, description: str = "") -> Version:
    return Version(number, CODE, "app.main.handler", (), "", description, configuration_sha256=configuration)


def test_it_is_the_newest_that_is_what_latest_is() -> None:
    same = function().configuration_sha256

    assert original(function(version("1", same), version("2", same), version("3", "other"))) == version("2", same)
    assert original(function(version("3", "other"))) is None


def test_one_that_was_published_from_this_latest_is_known_by_its_description() -> None:
    """If AWS showed a field of versions differently from $LATEST, none would ever be found, and none published."""
    exact = original_marker(function(), exact=True)

    assert exact == "lambda-migrate original 636f6465 0123456789abcdef"
    assert original(function(version("3", "other", exact))) == version("3", "other", exact)
    assert original(function(version("3", "other", original_marker(function())))) is None
