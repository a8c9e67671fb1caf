"""What tests that read the code share: names as they are written, without the cost of writing whole trees out again."""

from __future__ import annotations

import ast


def dotted(node: ast.expr) -> str:
    """Return a plain name as it is written, ``time.sleep``; what is looked up in another expression begins with ``.``.

    `ast.unparse` says the same of plain names, and takes a hundred times as long.
    """
    words: list[str] = []
    while isinstance(node, ast.Attribute):
        words.append(node.attr)
        node = node.value
    words.append(node.id if isinstance(node, ast.Name) else "")
    return ".".join(reversed(words))
