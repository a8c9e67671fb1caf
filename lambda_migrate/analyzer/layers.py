"""Which imports come from extracted layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# Where Lambda puts Python packages of a layer on the import path.
PLACES = ("python", "python/lib/python3.*/site-packages")


def layer_names(layers: Sequence[Path]) -> dict[str, str]:
    """Return every top-level import name the layers hold, with the layer's folder name; the first layer wins."""
    names: dict[str, str] = {}
    for layer in layers:
        for name in _top_level(layer):
            names.setdefault(name, layer.name)
    return names


def _top_level(layer: Path) -> Iterator[str]:
    for place in PLACES:
        for folder in sorted(layer.glob(place)):
            for entry in sorted(folder.iterdir()):
                stem = entry.name.partition(".")[0]
                if stem.isidentifier() and (entry.is_dir() or entry.suffix in {".py", ".so"}) and stem != "lib":
                    yield stem
