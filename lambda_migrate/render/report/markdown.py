"""A report, and a runbook, as Markdown: for a pull request, and for who types the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.durations import duration
from lambda_migrate.render.escape import escape
from lambda_migrate.render.history import who
from lambda_migrate.render.report.page import STATES, WORDS, when

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lambda_migrate.report.model import Instruction, Report, Runbook

NEWEST = 30
"""Moments of the timeline that are shown; a pull request wants the latest."""

PLACEHOLDERS = (
    "- `REVISION_ID`: what AWS shows as RevisionId just before the step.",
    "- Another name in capitals, `INTEGRATION_ID`: what the call before it has answered under that name.",
    "- `***`: what AWS calls sensitive, and is not shown here.",
    "- `FILE`: the package that `lambda-migrate proxy build` writes.",
)
"""What stands in the commands of a runbook for what is not known yet."""

_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_[]<>|#~"})


def markdown(report: Report) -> str:
    """Return a report as Markdown."""
    where = f"account {report.account}, {report.region}, " if report.account else ""
    lines = [f"# Migration of {_text(report.function)}", "", f"{where}made {when(report.made)} UTC", ""]
    lines += _table(("step", "state", "about"), [(name, STATES[state], about) for name, state, about in report.stages])
    lines += [f"**{name}:** {_text(text)}\n" for name, text in (("Live", report.live), ("Guard", report.guard)) if text]
    lines += [f"**{_text(line)}**\n" for line in report.damage]
    lines += [f"{_text(report.latency)}\n"] if report.latency else []
    lines += _remains(report)
    if report.judgements:
        rows = [(when(each.at), each.result, f"{each.step}: {'; '.join(each.reasons)}") for each in report.judgements]
        lines += ["## Verdicts", "", *_table(("UTC", "verdict", "why"), rows[-NEWEST:])]
    lines += _proofs(report)
    if report.callers:
        callers = [
            (each.kind, each.name, each.now, each.next or "stays", each.back, duration(each.settles))
            for each in report.callers
        ]
        heads = ("kind", "trigger", "now", "planned", "back", "in effect within")
        lines += ["## Triggers and their way back", "", *_table(heads, callers)]
    for heading, listed in (("Who else may call", report.unexplained), ("Owned by others", report.owners)):
        lines += [f"{heading}:", "", *(f"- {_text(line)}" for line in listed), ""] if listed else []
    if report.accepted:
        lines += ["## Accepted gates", "", *_accepted(report), ""]
    if report.timeline:
        lines += ["## Timeline", "", *_timeline(report)]
    return "\n".join(lines).rstrip() + "\n"


def runbook(book: Runbook) -> str:
    """Return a runbook as Markdown: numbered steps, each with its command and its check."""
    if not book.phase:
        return f"# Runbook for {_text(book.function)}\n\nNothing comes next.\n"
    lines = [
        f"# Runbook: {book.phase} of {_text(book.function)}",
        "",
        f"Plan {book.plan}, made {when(book.made)} UTC. `{book.command}` does all of it, judges it and records it.",
        "What is typed by hand is not in the ledger, and `rollback` does not know it. Each step says how it goes back.",
        "",
        *PLACEHOLDERS,
        "",
    ]
    if book.blockers:
        lines += ["**Do not begin. It is blocked:**", "", *(f"- {_text(line)}" for line in book.blockers), ""]
    if book.warnings:
        lines += ["To know:", "", *(f"- {_text(line)}" for line in book.warnings), ""]
    for number, each in enumerate(book.instructions, start=1):
        lines += _instruction(number, each)
    if not book.instructions:
        lines += ["Nothing is left to do."]
    return "\n".join(lines).rstrip() + "\n"


def _instruction(number: int, each: Instruction) -> Iterator[str]:
    yield f"## {number}. {_text(each.what)}"
    yield ""
    about = [each.why] if each.why else []
    about += [f"wait {duration(each.waits)} until it is in effect"] if each.waits else []
    about += [f"watch errors and latency for {duration(each.bake)} before the next step"] if each.bake else []
    if about:
        yield f"{_text('; '.join(about))}."
        yield ""
    if each.risk:
        yield f"**Risk:** {_text(each.risk)}\n"
    yield from _calls(each)
    if each.check:
        yield f"Check, which then shows {_text(each.expected)}:\n"
        yield from _code(each.check)
    yield f"Back: {_text(each.back)}\n" if each.back else "**It cannot be undone.**\n"


def _calls(each: Instruction) -> Iterator[str]:
    """Yield the calls of a step, each with its check; the last one shows the whole step."""
    for number, typed in enumerate(each.typed, start=1):
        if len(each.typed) > 1:
            yield f"Call {number} of {len(each.typed)}:\n"
        yield from _code(typed.command)
        if typed.check:
            last = number == len(each.typed)
            yield f"Check, which then shows {_text(each.expected)}:\n" if last else "Check:\n"
            yield from _code(typed.check)
    if each.more:
        yield "`lambda-migrate` then waits for AWS, and may call more: make the runbook again to see.\n"
    elif each.calls:
        names = ", ".join(f"`{name}`" for name in each.calls)
        yield f"Calls {names}. An earlier step makes what it needs: make the runbook again after that step.\n"
    elif not each.typed:
        yield "It changes nothing in AWS: `lambda-migrate` does it on this machine.\n"


def _remains(report: Report) -> Iterator[str]:
    if report.blockers:
        yield f"**{report.phase} is blocked:**\n"
        yield from (f"- {_text(line)}" for line in report.blockers)
        yield ""
    if report.remaining:
        yield f"## What remains of {report.phase}\n"
        yield from (f"{number}. {_text(line)}" for number, line in enumerate(report.remaining, start=1))
        yield ""
    if report.next:
        yield f"Next: {', '.join(f'`{line}`' for line in report.next)}\n"


def _proofs(report: Report) -> Iterator[str]:
    """Yield what was found before the switch: differences, load, cost."""
    shadow, load, cost = report.proofs.shadow, report.proofs.load, report.proofs.cost
    if shadow:
        yield "## Answers compared\n"
        differ = f"{shadow.mismatched:,} of {shadow.compared:,} events were answered differently by the service"
        yield f"**{shadow.result}**: {differ} ({_text(who(shadow.by))}, {when(shadow.at)})\n"
        if shadow.differing:
            rows = [(each.route, each.path, each.what, str(each.count), each.event) for each in shadow.differing]
            yield from _table(("route", "where", "differs in", "times", "smallest example"), rows)
    if load:
        yield "## Load\n"
        yield f"**{load.result}**: {_text(load.reason)} ({_text(load.against)}, {when(load.at)})\n"
        rates = [
            (f"{rate:g}", f"{sent:,}", f"{errors:,}", *(_milliseconds(latency, each) for each in ("p50", "p95", "p99")))
            for rate, sent, errors, latency in load.rates
        ]
        yield from _table(("requests a second", "sent", "errors", "p50", "p95", "p99"), rates)
        yield from (f"{_text(line)}\n" for line in load.remarks)
    if cost:
        yield "## Cost a month\n"
        yield f"{_text(cost.verdict)} ({when(cost.at)})\n"
        bills = [(each.name, f"{each.total:,.2f}", "; ".join(each.more)) for each in cost.bills]
        yield from _table(("what", "US dollars", "about"), bills)
        yield from (f"{_text(line)}\n" for line in (*cost.lacks, f"Prices: {cost.prices}"))


def _milliseconds(latency: dict[str, float], name: str) -> str:
    return f"{latency[name]:,.0f} ms" if name in latency else "unknown"


def _accepted(report: Report) -> Iterator[str]:
    for each in report.accepted:
        used = "; ".join(f"{who(by)}, {when(at)}" for by, at in each.used)
        limits = f" ({_text(each.where)})" if each.where else ""
        yield f"- `{each.rule}`{limits}: {_text(each.reason)}" + (f" (let a plan pass: {_text(used)})" if used else "")


def _timeline(report: Report) -> Iterator[str]:
    newest = report.timeline[-NEWEST:]
    earlier = report.earlier + len(report.timeline) - len(newest)
    if earlier:
        yield f"{earlier} earlier entries: `lambda-migrate history`\n"
    rows = [(when(each.at), who(each.by), f"{WORDS[each.what]} {each.result}".strip(), each.text) for each in newest]
    yield from _table(("UTC", "who", "what", "details"), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    lines += [f"| {' | '.join(_text(cell) for cell in row)} |" for row in rows]
    return [*lines, ""]


def _code(line: str) -> Iterator[str]:
    fence = "```"
    while fence in line:
        fence += "`"
    yield f"{fence}console\n$ {escape(line)}\n{fence}\n"


def _text(text: str) -> str:
    return escape(text).translate(_SPECIAL)
