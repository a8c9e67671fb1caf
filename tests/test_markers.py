"""What `make chaos` is to run for many rounds has its marker."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parent


def test_what_is_longer_in_full_is_run_in_full() -> None:
    texts = {
        path: path.read_text(encoding="utf-8")
        for path in sorted(TESTS.rglob("test_*.py"))
        if path.name != Path(__file__).name
    }
    longer = [path for path, text in texts.items() if "from tests.support.chaos import" in text]

    assert len(longer) > 5  # or the module has moved
    assert [path.relative_to(TESTS).as_posix() for path in longer if "pytest.mark.chaos" not in texts[path]] == []
