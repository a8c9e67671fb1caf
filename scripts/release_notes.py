"""Prints the notes of the next release: what CHANGELOG.md says under ``Unreleased``, or under a version that is named.

``python scripts/release_notes.py CHANGELOG.md [VERSION]``
"""

from __future__ import annotations

import re
import sys
from pathlib import Path


def notes(changelog: str, version: str = "Unreleased") -> str:
    """Return what a changelog says of a version.

    Args:
        changelog: In the form of Keep a Changelog.
        version: Its heading, less the date.

    Raises:
        KeyError: It says nothing of it.
    """
    for section in re.split(r"^## ", changelog, flags=re.MULTILINE)[1:]:
        heading, _, text = section.partition("\n")
        if heading.strip("[] ").partition(" ")[0].strip("[]") == version:
            return text.strip()
    raise KeyError(version)


if __name__ == "__main__":
    try:
        print(notes(Path(sys.argv[1]).read_text(encoding="utf-8"), *sys.argv[2:3]))
    except KeyError as error:
        sys.exit(f"error: the changelog has no section {error}")
