"""The command that runs each phase."""

from __future__ import annotations

COMMANDS = {
    "proxy": "proxy deploy",
    "cutover": "cutover",
    "direct": "cutover --direct",
    "retire": "retire --confirm {function}",
    "freeze": "freeze",
    "enforce": "freeze --enforce --apply",
    "service": "service deploy",
    "pipeline": "pipeline deploy",
    "rotate": "proxy rotate-key",
    "rotate-finish": "proxy rotate-key --finish",
}
"""The command that runs a phase, and carries on with it."""
