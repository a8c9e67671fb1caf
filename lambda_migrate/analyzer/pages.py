"""The rules' pages, made from their docstrings and examples."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from lambda_migrate.analyzer.rule import Example, Rule, Sample
from lambda_migrate.analyzer.rules import RULES
from lambda_migrate.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

INTRODUCTION = """\
# What breaks off Lambda

The rules of `lambda-migrate analyze`. A rule's name reads after "allow". **Errors** block `cutover` until they are
fixed or accepted; **warnings** ask for a look; **infos** are to be known.

Accept a finding where it is, with a reason:

```python
path = "/tmp/scratch"  # lambda-migrate: allow LM401 - one file per request, removed at once
```

or in `migration.yaml`:

```yaml
accept:
  - rule: LM401
    path: app/reports/
    reason: one file per request, removed at once
```

A comment beside a statement speaks of that statement, one above it of the statement below; of a function or a class it
means the head. Accepted findings stay in every report, with their reasons; what is accepted in vain is listed.

"""


class UnknownRule(ConfigError):
    """The code or name is of a rule that does not exist."""


def explanation(code: str) -> str:
    """Return the page of a rule as Markdown.

    Args:
        code: its code or name, in any case: `LM002`, `lifespan-off`.

    Raises:
        UnknownRule: there is none.
    """
    wanted = code.strip().lower()
    for rule in RULES:
        if wanted in {rule.code.lower(), rule.name}:
            return f"{_page(rule, level=1)}\n"
    close = (
        [] if re.fullmatch(r"lm\d*", wanted) else difflib.get_close_matches(wanted, [rule.name for rule in RULES], n=1)
    )
    hint = f"did you mean `{close[0]}`?" if close else f"rules go from {RULES[0].code} to {RULES[-1].code}"
    raise UnknownRule(f"unknown rule `{code}`", hint=hint)


def document() -> str:
    """Return the page of all rules, `docs/rules.md`."""
    table = ["| code | name | severity | finds |", "| --- | --- | --- | --- |"]
    for rule in RULES:
        finds = rule.documentation.partition("\n")[0].removeprefix("Finds ").rstrip(".")
        table.append(f"| [{rule.code}](#{_anchor(rule)}) | {rule.name} | {rule.severity} | {finds} |")
    pages = [_page(rule, level=2) for rule in RULES]
    return INTRODUCTION + "\n".join(table) + "\n\n" + "\n\n".join(pages) + "\n"


def _anchor(rule: Rule) -> str:
    return f"{rule.code.lower()}-{rule.name}"


def body(rule: Rule, *, level: int = 1) -> str:
    """Return a rule's page without its title: what it finds, why it breaks, what to do instead, examples."""
    mark = "#" * (level + 1)
    parts = [rule.documentation.strip().replace("\n## ", f"\n{mark} ")]
    for title, examples in (
        ("Found", rule.invalid),
        ("Not found, rightly", rule.valid),
        ("Not found, although it should be", rule.known_misses),
    ):
        if examples:
            parts += [f"{mark} {title}", *("\n".join(_example(example)) for example in examples)]
    return "\n\n".join(parts)


def _page(rule: Rule, *, level: int) -> str:
    title = f"{'#' * level} {rule.code} {rule.name}"
    return f"{title}\n\nSeverity: {rule.severity}.\n\n{body(rule, level=level)}"


def _example(example: Example) -> Iterator[str]:
    files = example.files if isinstance(example, Sample) else {"": example}
    yield "```python"
    if isinstance(example, Sample) and example.handler:
        yield f"# handler: {example.handler}"
    for name, text in files.items():
        if name:
            yield f"# {name}"
        yield text.strip("\n").replace("\0", "\\0").replace("\ufeff", "\\ufeff")
    yield "```"
