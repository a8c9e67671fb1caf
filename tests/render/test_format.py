"""Numbers as a person reads them."""

from __future__ import annotations

from lambda_migrate.render.format import counted, size


def test_sizes_and_counts() -> None:
    assert [size(812), size(40_917), size(5_900_000), size(2**33)] == ["812 B", "40 KB", "5.6 MB", "8.0 GB"]
    assert [counted(1, "step"), counted(2, "step")] == ["1 step", "2 steps"]
