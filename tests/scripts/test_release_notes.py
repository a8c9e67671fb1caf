"""What is printed for a release is what the changelog says."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.record_demo import draw, thread
from scripts.release_notes import notes

CHANGELOG = "# Changelog\n\n## Unreleased\n\n### Added\n\n- `adopt`.\n\n## [0.1.0] - 2026-11-30\n\n- The first.\n"


@pytest.mark.parametrize(("version", "text"), [("Unreleased", "### Added\n\n- `adopt`."), ("0.1.0", "- The first.")])
def test_a_version_has_its_notes(version: str, text: str) -> None:
    assert notes(CHANGELOG, version) == text


def test_a_version_that_nobody_released_has_none() -> None:
    with pytest.raises(KeyError, match="9"):
        notes(CHANGELOG, "9")


def test_our_own_changelog_has_notes_for_the_next_release() -> None:
    assert notes((Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")).startswith("### Added")


def test_the_picture_of_the_demo_shows_what_is_typed_and_what_comes_of_it() -> None:
    traffic = [f"# 0:0{at}  traffic: {at} requests" for at in range(5)]
    command, end = "$ lambda-migrate init orders --source", ["    ✗ fail: 3 errors", "requests  10 sent"]
    story = "\n".join(["→ look  · 1 lift", command + " /home/me/code", "  orders", *traffic, "    ✓ one", *end])

    lines = thread(story)

    assert lines == ["", "→ look  · 1 lift", f"{command} orders", traffic[0], traffic[4], *end]
    assert "lambda-migrate&#160;init" in draw(lines)
