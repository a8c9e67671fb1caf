"""Sends events to the original version and through the proxy to the service, and compares what comes back.

An event goes to the original, to the service, and to the original once more: in what its own two answers differ counts
for nothing. What was compared is kept after every batch, so that a run that was stopped goes on.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_migrate import hashing
from lambda_migrate.errors import ConfigError, GateClosed, Inconclusive, Interrupted, Locked
from lambda_migrate.function.versions import forwarding, original, proxied
from lambda_migrate.gates import shadow_differs
from lambda_migrate.proxy.runtime.recording.redaction import HASHED, Redaction, Unreadable
from lambda_migrate.regular_file import read_regular
from lambda_migrate.regular_file import replace as replace_file
from lambda_migrate.render.result import Result
from lambda_migrate.render.shadow import tally as rendered
from lambda_migrate.shadow.credentials import parse as parsed
from lambda_migrate.shadow.events import events
from lambda_migrate.shadow.noise import Noise, parse, write
from lambda_migrate.shadow.pace import Pace
from lambda_migrate.workflow import reading, results, way_to_function
from lambda_migrate.workflow.execution import open_ledger
from lambda_migrate.workflow.phase import Question
from lambda_migrate.workflow.shadow_compare import Compared, Shadow
from lambda_migrate.workflow.shadow_kept import Kept
from lambda_migrate.workflow.shadow_sides import Version, copy_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.shadow.events import Recorded
    from lambda_migrate.shadow.tally import Tally
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm
    from lambda_migrate.workflow.shadow_sides import Side

BATCH = 50
"""Events that are compared between two writes of what was compared."""

SPARE = 5.0
"""Seconds that an answer is waited for beyond the function's own timeout."""

AGAIN = "run the same command again to continue"
LONGEST = 1 << 26
NOISE = "noise.yaml"


@dataclass(frozen=True)
class Asked:
    """What the user asked for.

    Attributes:
        source: Where the events are.
        noise: The file of what differs without meaning.
        learn: Add what differs between the original's own answers to that file.
        also: Routes whose requests, and kinds of events, may be sent although they are not known to change nothing.
        most: The rate of mismatches that is allowed, 0 to 1.
        at_once: Events that are under way at the same time.
        limit: Events at most; 0 for all.
        credentials: File of headers for records that have theirs redacted; None for none.
        against: URL of a service that runs against a copy of the data; "" compares with what the proxy version reaches.
    """

    source: Path
    noise: Path
    learn: bool = False
    also: tuple[str, ...] = ()
    most: float = 0.01
    at_once: int = 4
    limit: int = 0
    against: str = ""
    credentials: Path | None = None


def shadow(context: Context, asked: Asked, confirm: Confirm) -> Result:
    """Compare the service's answers with the original's; moves no traffic.

    Args:
        context: Of the command.
        asked: What the user asked for.
        confirm: Asks before the function is invoked, and raises where the answer is no.

    Raises:
        ConfigError: There are no events, or no versions to compare.
    """
    if not asked.source.exists():
        raise ConfigError(f"`{asked.source}` does not exist", hint="`--from` takes a file or a folder of events")
    noise = parse(_text(asked.noise), asked.noise.name) if asked.noise.exists() else Noise()
    credentials = _credentials(asked.credentials) if asked.credentials else {}
    sides = _sides(context, asked)
    kept = Kept(results.path_of(context, results.COMPARED), _identity(sides, noise, asked))
    if sides.question:  # a version that only records is not asked: what it recorded of both sides is compared
        confirm(Question(sides.question))
    with context.call.stop as stop:
        pace = Pace(context.clock.sleep, stop, lambda pause: context.progress.note(f"throttled: pausing {pause:g} s"))
        also = frozenset(asked.also)
        held = Shadow(sides.one, sides.other, sides.events, noise, also, pace, sides.copy, credentials)
        tally = compare_all(context, asked, held, kept)
    if asked.learn and tally.noisy:
        _learn(asked.noise, noise.with_learned(sorted(tally.noisy)))
    return _result(context, tally, asked, kept)


class Sides(NamedTuple):
    """Who is asked, and what of it identifies a run."""

    one: Side
    other: Side
    events: str
    identity: list[str]
    question: str
    copy: Side | None = None


def _sides(context: Context, asked: Asked) -> Sides:
    function = reading.recorded_inventory(context).function
    first, proxy = original(function), forwarding(function) or proxied(function)
    if first is None or (proxy is None and not asked.against):
        raise ConfigError("an original and a proxy version are needed to compare", hint="run `proxy deploy` first")
    patience = function.timeout + SPARE
    aws = context.aws_read_only.asking_once(patience, asked.at_once)
    one = Version(aws, function.name, first.number)
    if asked.against:
        other = copy_at(context, asked.against, function.name, patience)
        leads = way_to_function.way(context, other.url)
        if leads.by:
            hint = "writes are sent to it: name a service that runs against a copy of the data"
            raise ConfigError(f"`--against {asked.against}` leads to the function, by {leads.by}", hint=hint)
        text = question(f"version {first.number} of {function.name}", asked, "")
        text += (said := way_to_function.doubt(leads, other.url)) and f"\n{said}"
        identity = [function.name, first.number, asked.against]
        redacted = replace(other, clean=cleaned(_redaction(context)))
        return Sides(one, other, "all", identity, text, redacted)
    assert proxy is not None  # noqa: S101  # refused above
    number, events = proxy.number, proxy.proxy_events
    text = "" if events == "none" else question(f"version {first.number} of {function.name}", asked, number)
    return Sides(one, Version(aws, function.name, number), events, [function.name, first.number, number], text)


def question(original: str, asked: Asked, proxy: str) -> str:
    """Return what is asked before anything is sent: it names every event that may change something.

    Args:
        original: The version that is held against the other side.
        asked: What the user asked for.
        proxy: The proxy version's number; "" where a copy is asked in its place.
    """
    once = f"send a request to {asked.against} once" if asked.against else f"proxy version {proxy} once"
    also = f", and for `{'`, `'.join(asked.also)}`, which may change something" if asked.also else ""
    told = f"Invoke {original} twice and {once}, for each event that changes nothing{also}?"
    writes = " The copy gets what changes something too, where an answer was recorded." if asked.against else ""
    return f"{told} AWS bills it like any invocation.{writes}"


def _redaction(context: Context) -> Redaction:
    record = context.migration.proxy.record
    return Redaction(tuple(record.redact) if record else ())


def cleaned(redaction: Redaction) -> Callable[[Any], Any]:
    """Return what takes secrets out of an answer; of one that holds what no record can hold, its hash is left."""

    def clean(answer: Any) -> Any:
        try:
            return redaction.answer(answer)
        except Unreadable:
            status = answer.get("statusCode") if isinstance(answer, dict) else None
            left = {HASHED: hashing.sha256(answer)}
            return left if status is None else {"statusCode": status, "body": "", **left}

    return clean


def compare_all(context: Context, asked: Asked, held: Shadow, kept: Kept) -> Tally:
    """Compare the events that are left, batch by batch, and keep what was compared after each.

    Args:
        context: Of the command.
        asked: What the user asked for.
        held: The two sides.
        kept: What was compared so far.

    Raises:
        Interrupted: The user stopped it.
        Inconclusive: A side is throttled for good.
    """
    done, tally = kept.read()
    source = islice(events(asked.source), done, asked.limit or None)
    context.progress.begin("comparing")
    with ThreadPoolExecutor(asked.at_once) as pool:
        while batch := list(islice(source, BATCH)):
            for each in _batch(pool, held, batch, done):
                _take(tally, each)
            done += len(batch)
            kept.write(done, tally)
            context.progress.note(f"comparing: {done:,} event{'' if done == 1 else 's'}, {tally.mismatched:,} differ")
            if held.pace.stopped():
                raise Interrupted(f"stopped after {done:,} events", hint=AGAIN)
    context.progress.end()
    return tally


def _batch(pool: ThreadPoolExecutor, held: Shadow, batch: list[Recorded], done: int) -> list[Compared]:
    """Compare a batch; what is throttled again, as long as anything gets through: a verdict is not made of it."""
    compared = list(pool.map(held.compare, batch))
    while left := [number for number, each in enumerate(compared) if each.throttled]:
        if held.pace.stopped():
            raise Interrupted(f"stopped after {done:,} events", hint=AGAIN)
        for number, each in zip(left, pool.map(held.compare, [batch[number] for number in left]), strict=True):
            compared[number] = each
        if all(compared[number].throttled for number in left):
            raise Inconclusive(f"paused after {done:,} events: calls are throttled for minutes", hint=AGAIN)
    return compared


def _take(tally: Tally, each: Compared) -> None:
    if each.about is None:
        tally.skip(f"{each.recorded.where}: {each.skipped}" if len(tally.skipped) < BATCH else "others")
    elif each.skipped:
        tally.skip(each.skipped)
    else:
        tally.add(each.about.route, each.recorded.where, each.differences, each.original, each.service)
        tally.learn(each.about.route, each.noisy)


def _result(context: Context, tally: Tally, asked: Asked, kept: Kept) -> Result:
    """Note the verdict in the ledger and show it; what was compared is kept until it is noted."""
    result, why = tally.verdict(asked.most)
    data, text = {**tally.to_dict(), "result": result, "reason": why}, rendered(tally, result, why, context.paint)
    identity = context.ledger.identity
    try:
        if identity:
            with open_ledger(context, identity.function) as ledger:
                ledger.note("shadow", result=result, compared=tally.compared, mismatched=tally.mismatched)
    except Locked as locked:
        return Result(data, text, error=Locked(locked.message, hint=f"{AGAIN}: only the note in the ledger is missing"))
    kept.finish(tally)
    if result == "fail":
        hint = f"fix the service, or add what does not matter to `{asked.noise.name}`"
        return Result(data, text, error=GateClosed(why, gate=shadow_differs.NAME, hint=hint))
    if result == "inconclusive":
        hint = "compare more events" if tally.compared else "name events that may be sent; above is what was not"
        return Result(data, text, error=Inconclusive(why, hint=hint))
    return Result(data, text, ("cutover",))


def _learn(path: Path, noise: Noise) -> None:
    try:
        replace_file(path, write(noise).encode(), 0o644)
    except OSError as error:
        raise ConfigError(f"`{path}` cannot be written: {error.strerror}", hint="name another in `--noise`") from error


def _identity(sides: Sides, noise: Noise, asked: Asked) -> str:
    rules: list[Any] = [vars(rule) for rule in noise.rules]
    files = sorted(asked.source.rglob("*")) if asked.source.is_dir() else [asked.source]
    sizes = [[str(file), file.stat().st_size] for file in files if file.is_file()]
    return hashing.sha256(
        [str(asked.source.resolve()), sizes, *sides.identity, rules, sorted(set(asked.also)), asked.limit]
    )


def _credentials(path: Path) -> dict[str, str]:
    return parsed(_text(path, "it has to hold headers, in YAML"), path.name)


def _text(path: Path, hint: str = "it has to be a list of rules, in YAML") -> str:
    try:
        return read_regular(path, LONGEST).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"`{path}` cannot be read", hint=hint) from error
