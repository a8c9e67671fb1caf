"""How a text that names the function unqualified names its alias: in a definition, in the input of a call."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LATEST = "$LATEST"


def at_alias(texts: Mapping[str, str], alias: str) -> dict[str, str]:
    """Return the same texts for the alias, by whatever they are filed under.

    A qualifier that stands alone becomes the alias; a name or ARN gets it at its end (`FunctionName` of Invoke, Lambda
    API reference).

    Args:
        texts: ``orders``, an ARN, either of them with ``:$LATEST``; or ``$LATEST``.
        alias: Name of the alias.
    """
    return {
        place: alias if text == LATEST else f"{text.removesuffix(f':{LATEST}')}:{alias}"
        for place, text in texts.items()
    }
