"""The text of a CloudFormation template in YAML: where each value stands in it, so that the rest stays as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from lambda_migrate.declarations.model import Unreadable
from lambda_migrate.handover.patch import Edit, Unfit, line_end
from lambda_migrate.yaml_nesting import require_shallow

if TYPE_CHECKING:
    from collections.abc import Sequence

Key = str | int


class TemplateText:
    """A template's text, and the nodes that it is made of.

    Args:
        text: The template.

    Raises:
        Unreadable: It is not YAML, or not a mapping.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            require_shallow(text)
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise Unreadable(str(error).partition("\n")[0]) from error
        if not isinstance(root, yaml.MappingNode):
            raise Unreadable("not a mapping")
        self.root = root

    def at(self, *path: Key) -> yaml.Node | None:
        """Return the node at a place; None where nothing is."""
        node: yaml.Node | None = self.root
        for key in path:
            node = _child(node, key)
        return node

    def entry(self, *path: str) -> tuple[yaml.Node, yaml.Node] | None:
        """Return the key and the value of a mapping's member."""
        above = self.at(*path[:-1])
        pairs = above.value if isinstance(above, yaml.MappingNode) else []
        return next(((key, value) for key, value in pairs if key.value == path[-1]), None)

    def span(self, node: yaml.Node) -> tuple[int, int]:
        """Return where a node stands: its first character, and the one behind its last."""
        return node.start_mark.index, self._end(node)

    def _end(self, node: yaml.Node) -> int:
        """Return the character behind a node; a block's own mark stands where the next one begins."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(node, yaml.MappingNode) else last)
        end = int(node.end_mark.index)
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return len(self.text[:end].rstrip())
        return end

    def written(self, node: yaml.Node) -> str:
        """Return a node as it is written."""
        return self.text[slice(*self.span(node))]

    def whole_lines(self, begin: int, end: int) -> tuple[int, int] | None:
        """Return the lines that a piece fills; None where something else stands in them, but for a comment."""
        first = self.text.rfind("\n", 0, begin) + 1
        last = self.text.find("\n", end)
        last = len(self.text) if last < 0 else last + 1
        alone = not self.text[first:begin].strip() and re.fullmatch(r"[ \t\r]*(?:#[^\n]*)?\n?", self.text[end:last])
        return (first, last) if alone else None

    def appended(self, path: tuple[str, ...], pieces: Sequence[str]) -> Edit:
        """Return what adds members to a mapping, behind its last one and as deep as the others.

        Args:
            path: Where the mapping stands.
            pieces: The members, as YAML of their own.

        Raises:
            Unfit: The mapping is not laid out line by line.
        """
        node = self.at(*path)
        laid_out = isinstance(node, yaml.MappingNode) and node.value and not node.flow_style
        lines = self.whole_lines(node.value[-1][0].start_mark.index, self.span(node)[1]) if node and laid_out else None
        if node is None or lines is None:
            raise Unfit(f"`{'.'.join(path)}` is not laid out line by line")
        column = node.value[0][0].start_mark.column
        text = "".join(f"\n{indented(each, column)}" for each in pieces)
        text = text if self.text[: lines[1]].endswith("\n") else f"\n{text}"
        return Edit(lines[1], lines[1], text.replace("\n", self.newline))

    @property
    def newline(self) -> str:
        """How it ends its lines."""
        return line_end(self.text)


def indented(text: str, column: int) -> str:
    """Return a text, each line of it moved to the right."""
    return "".join(f"{' ' * column}{line}" if line.strip() else line for line in text.splitlines(keepends=True))


def _child(node: yaml.Node | None, key: Key) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for each, value in node.value if each.value == key), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        item: yaml.Node = node.value[key]
        return item
    return None
