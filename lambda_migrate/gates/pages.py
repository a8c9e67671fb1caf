"""The gates' pages, made from their docstrings, and finding a gate by what somebody typed."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from lambda_migrate.gates import GATES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_migrate.gates.gate import Gate

INTRODUCTION = """\
# Gates

A gate is a condition that has to hold before a command changes anything. One that is closed stops the command with exit
code 3, and says its name: `snap-start: SnapStart restores versions from snapshots, …`. `plan` and `--dry-run` ask the
same gates as the command itself. `lambda-migrate explain snap-start` prints a page of this file.

Some gates can be accepted in `migration.yaml`, with a reason, which every plan repeats from then on:

```yaml
accept:
  - rule: trigger:s3
    path: invoices                  # only this trigger; default: all of them
    reason: the nightly import, moved by hand on Monday
```

An acceptance holds for every command but `retire`: that a trigger may stay while traffic moves does not mean that its
function may go. `phases:` says where it holds, and `retire` wants to be named there:

```yaml
accept:
  - rule: trigger:s3
    path: invoices
    phases: [cutover, direct]       # service, proxy, cutover, direct, retire, rotate, rotate-finish
    reason: the nightly import, moved by hand on Monday
  - rule: trigger:s3
    path: archive
    phases: [retire]
    reason: nothing has been uploaded since 2024
```

A gate that `retire` alone asks, such as `traffic`, needs no `phases:`.

`accept:` takes the findings of `analyze` too, by the code of the [rule](rules.md). A name that is neither is refused.

"""


def find(name: str) -> Gate | None:
    """Return the gate of a name as plans print it or `accept:` takes it, ``trigger:s3`` included; None without one."""
    wanted, _, subject = name.strip().partition(":")
    gate = GATES.get(wanted)
    return gate if gate and (gate.subject or not subject) else None


def named(blocker: str) -> str:
    """Return the name of the gate that a plan's blocker begins with, as it is written there; "" where none does."""
    name, colon, _ = blocker.partition(": ")
    return name if colon and find(name) else ""


def hint(blockers: Sequence[str]) -> str:
    """Return which page explains the first of a plan's blockers that names its gate; "" where none does."""
    name = next((name for blocker in blockers if (name := named(blocker))), "")
    return f"`lambda-migrate explain {name}` says why, and what to do" if name else ""


def nearest(name: str, others: Sequence[str] = ()) -> str:
    """Return the gate, or one of the other names, that somebody probably meant; "" where nothing is near."""
    wanted, colon, subject = name.strip().lower().partition(":")
    gates = difflib.get_close_matches(wanted, GATES, n=1)
    if gates and colon and GATES[gates[0]].subject:
        return f"{gates[0]}:{subject}"
    close = difflib.get_close_matches(wanted, [*GATES, *others], n=1)
    return close[0] if close else ""


def body(gate: Gate, *, level: int = 1) -> str:
    """Return a gate's page without its title."""
    mark = "#" * (level + 1)
    accepted = gate.acceptance if gate.acceptable else f"It cannot be accepted: {gate.acceptance}"
    asked = ", ".join(f"`{command}`" for command in gate.asked)
    return "\n\n".join(
        [
            gate.documentation.replace("\n## ", f"\n{mark} "),
            f"{mark} Accepting it\n\n{accepted}",
            f"{mark} Asked by\n\n{asked}",
        ]
    )


def page(gate: Gate) -> str:
    """Return the page of a gate as Markdown."""
    return f"# {gate.written}\n\n{body(gate)}\n"


def document() -> str:
    """Return the page of all gates, `docs/gates.md`."""
    table = ["| gate | accept | closed when |", "| --- | --- | --- |"]
    for gate in GATES.values():
        accept = "yes" if gate.acceptable else "no"
        table.append(f"| [{_shown(gate)}](#{gate.name}) | {accept} | {gate.title} |")
    pages = [f'<a id="{gate.name}"></a>\n\n## {_shown(gate)}\n\n{body(gate, level=2)}' for gate in GATES.values()]
    return INTRODUCTION + "\n".join(table) + "\n\n" + "\n\n".join(pages) + "\n"


def _shown(gate: Gate) -> str:
    return f"`{gate.written}`"
