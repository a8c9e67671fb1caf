"""What `init` would write, and what it found out on the way."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from lambda_migrate.render.drawing import columns, paragraph
from lambda_migrate.render.format import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from lambda_migrate.render.terminal import Colour, Paint
    from lambda_migrate.scaffold import FunctionFacts, Survey, Write

MARKS: dict[str, tuple[str, Colour]] = {
    "created": ("+", "green"),
    "changed": ("~", "yellow"),
    "removed": ("-", "red"),
    "kept": ("!", "yellow"),
}
CHANGELOG = "vendor/CHANGELOG.md"
"""Of the service library, as `init` writes it into the repository."""
LISTED = ("changed", "removed", "kept")
"""States of which every file is named; of those that are created only the folders are."""


def scaffold(
    survey: Survey,
    facts: FunctionFacts,
    writes: Sequence[Write],
    configuration: Write,
    directory: Path,
    warnings: Sequence[str],
    paint: Paint,
) -> str:
    """Return what the function is, what would be written, and what the user has to do or know.

    Args:
        survey: What the survey found.
        facts: The function, as AWS or the project describes it.
        writes: What would be written.
        configuration: What would become of migration.yaml.
        directory: Where.
        warnings: What else could not be read.
        paint: How to colour it.
    """
    rows = [
        ("application", _application(survey)),
        ("handler", _from(survey.application.handler, facts.told.get("handler", ""))),
        ("python", _from(survey.python, survey.python_origin)),
        ("limits", f"{facts.timeout:g} s ({facts.origin('timeout')}), {facts.memory} MB ({facts.origin('memory')})"),
        *_declared(facts),
        ("own code", counted(len(survey.contents), "file")),
        ("packages", f"{len(survey.needed.lines)} in requirements.txt"),
        ("off Lambda", _findings(survey)),
    ]
    lines = [*columns(rows, paint.width), "", f"{directory}/"]
    lines += columns(_tree(writes, paint), paint.width)
    lines += _configured(configuration, paint)
    if survey.references:
        lines += ["", "Kept as references to secrets, which have to be stored under these names:"]
        lines += columns([(variable.name, variable.text) for variable in survey.references], paint.width)
    told = [*survey.warnings, *warnings]
    told += [f"{path}:{line} holds {what}" for path, line, what in survey.secrets_in_code]
    if told:
        lines += ["", "To know:"]
        for text in told:
            lines += paragraph(text, paint.width, first=f"  {paint('!', 'yellow')} ", rest="    ")
    if library := _library_news(writes):
        lines += ["", "New in the library in vendor/:", "", library]
    news = [write.diff() for write in writes if write.news]
    if news:
        lines += ["", "Yours, and the generated version has changed; take over what you want:", "", *news]
    return "\n".join([*lines, "", summary(writes)])


def _declared(facts: FunctionFacts) -> Iterator[tuple[str, str]]:
    """Yield what else the project says of its function, with the places where it says so."""
    variables = len(facts.environment) + len(facts.undisclosed)
    for name, count in (("variables", variables), ("layers", len(facts.layers)), ("routes", len(facts.routes))):
        if count and name in facts.told:
            yield name, f"{count} ({facts.told[name]})"


def _library_news(writes: Sequence[Write]) -> str:
    """Return the sections of the library's changelog that the repository has not got yet."""
    for write in writes:
        if write.path == CHANGELOG and write.state == "changed" and write.before is not None:
            known = set(write.before.decode("utf-8", "replace").split("\n## "))
            sections = write.content.decode().rstrip("\n").split("\n## ")
            return "\n".join(f"## {each}" for each in sections if each not in known and f"{each}\n" not in known)
    return ""


def _findings(survey: Survey) -> str:
    """Return how much breaks or behaves differently, which MIGRATION.md lists."""
    of = survey.analysis.counts
    if not any(of.values()):
        return "nothing found that behaves differently"
    counts = [counted(of["error"], "error"), counted(of["warn"], "warning"), counted(of["info"], "note")]
    return f"{', '.join(counts)}, in MIGRATION.md"


def _configured(configuration: Write, paint: Paint) -> list[str]:
    if configuration.state not in MARKS:
        return []
    mark = columns([(paint(*MARKS[configuration.state]), configuration.path)], paint.width)
    changed = ["", configuration.diff().rstrip("\n")] if configuration.state == "changed" else []
    return ["", *mark, *changed]


def _tree(writes: Sequence[Write], paint: Paint) -> list[tuple[str, str]]:
    created = Counter(_folder(write.path) for write in writes if write.state == "created")
    rows = [
        (paint(*MARKS["created"]), f"{name}" + (f" ({count})" if name.endswith("/") else ""))
        for name, count in created.items()
    ]
    rows += [(paint(*MARKS[write.state]), f"{write.path}{_note(write)}") for write in writes if write.state in LISTED]
    return rows


def _note(write: Write) -> str:
    if write.state != "kept":
        return ""
    if write.note:
        return f" ({write.note})"
    return " (yours; kept, though no longer generated)" if write.obsolete else " (yours; kept)"


def _folder(path: str) -> str:
    first, slash, _rest = path.partition("/")
    return first + slash


def summary(writes: Sequence[Write]) -> str:
    """Return how many files there are of each state."""
    of = Counter(write.state for write in writes)
    return (
        f"{of['created']} to create, {of['changed']} to update, {of['removed']} to remove, "
        f"{of['kept']} kept (edited by you), {of['identical']} unchanged."
    )


def _from(value: str, origin: str) -> str:
    """Return a value with the place that says it, where that is known and worth a word."""
    return f"{value} ({origin})" if origin and origin != "AWS" else value


def _application(survey: Survey) -> str:
    """Return the application in one line, or that the function serves events only."""
    application = survey.application
    if not application.app:
        return "none: it serves events only"
    around = ", behind the handler" if survey.around else ""
    return f"{application.app} ({application.framework or 'ASGI'}), lifespan {application.lifespan}{around}"
