"""Sends events to the original version and through the proxy to the service, and compares what comes back.

An event goes to the original, to the service, and to the original once more: in what its own two answers differ counts
for nothing. What was compared is kept after every batch, so that a run that was stopped goes on.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from lambda_migrate import hashing
from lambda_migrate.clock import steady
from lambda_migrate.errors import AwsError, ConfigError, GateClosed, Inconclusive, Interrupted, NoAnswer, Throttled
from lambda_migrate.function.versions import original, proxied
from lambda_migrate.gates import shadow_differs
from lambda_migrate.regular_file import read_regular, write_private
from lambda_migrate.regular_file import replace as replace_file
from lambda_migrate.render.result import Result
from lambda_migrate.render.shadow import tally as rendered
from lambda_migrate.shadow.answer import answer_of
from lambda_migrate.shadow.compare import differences
from lambda_migrate.shadow.events import about, events
from lambda_migrate.shadow.noise import Noise, parse, write
from lambda_migrate.shadow.tally import Tally
from lambda_migrate.workflow import reading
from lambda_migrate.workflow.execution import open_ledger
from lambda_migrate.workflow.phase import Question

if TYPE_CHECKING:
    from pathlib import Path

    from lambda_migrate.shadow.answer import Answer
    from lambda_migrate.shadow.compare import Difference
    from lambda_migrate.shadow.events import About, Recorded
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Confirm

BATCH = 50
"""Events that are compared between two writes of what was compared."""

PATIENCE = 8
"""How often a throttled call is tried, each time after twice as long."""

REFUSED = frozenset({"RequestTooLargeException", "InvalidRequestContentException"})
"""What Lambda answers to an event that it does not hand over ("Invoke", Lambda API reference): others go on."""

FIRST_PAUSE = 1.0
LONGEST = 1 << 26
FILE = ".lambda-migrate/shadow.json"
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
    """

    source: Path
    noise: Path
    learn: bool = False
    also: tuple[str, ...] = ()
    most: float = 0.01
    at_once: int = 4
    limit: int = 0


@dataclass(frozen=True)
class Compared:
    """One event's outcome: what differs and means something, what the original itself shows, or why it was not sent."""

    recorded: Recorded
    about: About | None = None
    differences: tuple[Difference, ...] = ()
    noisy: tuple[str, ...] = ()
    original: float = 0.0
    service: float = 0.0
    skipped: str = ""


@dataclass(frozen=True)
class Shadow:
    """The two versions that are held against each other."""

    context: Context
    function: str
    original: str
    proxy: str
    noise: Noise
    also: frozenset[str]

    def compare(self, recorded: Recorded) -> Compared:
        """Send one event, and compare."""
        if recorded.event is None:
            return Compared(recorded, skipped=f"not {recorded.problem}")
        what = about(recorded.event)
        if not what.reads and what.route not in self.also:
            return Compared(recorded, what, skipped=f"{what.route} may change something; `--also` sends it too")
        payload = json.dumps(recorded.event).encode()
        try:
            one, other, again = (self._ask(each, payload, what) for each in (self.original, self.proxy, self.original))
        except Throttled:
            return Compared(recorded, what, skipped="throttled")
        except NoAnswer:
            return Compared(recorded, what, skipped="no answer in time")
        except AwsError as error:
            if error.aws_code not in REFUSED:
                raise
            return Compared(recorded, what, skipped=f"Lambda refuses the event ({error.aws_code})")
        noisy = {each.path for each in differences(one, again)}
        meant = (each for each in differences(one, other) if each.path not in noisy)
        kept = tuple(each for each in meant if not self.noise.covers(what.route, each.path))
        return Compared(recorded, what, kept, tuple(sorted(noisy)), one.milliseconds, other.milliseconds)

    def _ask(self, version: str, payload: bytes, what: About) -> Answer:
        """Invoke a version; one that is throttled again, slower each time, and never taken for an answer."""
        aws, pause = self.context.aws_read_only, FIRST_PAUSE
        for attempt in range(PATIENCE):
            begun = steady()
            try:
                answer = aws.call("lambda", "invoke", FunctionName=self.function, Qualifier=version, Payload=payload)
                body = answer["Payload"].read()
            except Throttled:
                if attempt == PATIENCE - 1:
                    raise
                self.context.clock.sleep(pause)
                pause *= 2
                continue
            took = (steady() - begun) * 1000
            return answer_of(
                body, str(answer.get("FunctionError") or ""), took, request=what.request, inferred=what.inferred
            )
        raise AssertionError  # the last attempt returns or raises


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
    held = _held(context, noise, asked)
    kept = Kept(context.folder / FILE, _identity(held, asked))
    about_them = f"version {held.original} twice and proxy version {held.proxy} once"
    confirm(Question(f"Invoke {about_them} of {held.function} for each event that changes nothing?"))
    tally = compare_all(context, asked, held, kept)
    if asked.learn and tally.noisy:
        _learn(asked.noise, noise.with_learned(sorted(tally.noisy)))
    return _result(context, tally, asked)


def _held(context: Context, noise: Noise, asked: Asked) -> Shadow:
    function = reading.recorded_inventory(context).function
    first, proxy = original(function), proxied(function)
    if first is None or proxy is None:
        raise ConfigError("an original and a proxy version are needed to compare", hint="run `proxy deploy` first")
    return Shadow(context, function.name, first.number, proxy.number, noise, frozenset(asked.also))


def compare_all(context: Context, asked: Asked, held: Shadow, kept: Kept) -> Tally:
    """Compare the events that are left, batch by batch, and keep what was compared after each.

    Args:
        context: Of the command.
        asked: What the user asked for.
        held: The two versions.
        kept: What was compared so far.

    Raises:
        Interrupted: The user stopped it.
    """
    done, tally = kept.read()
    source = islice(events(asked.source), done, asked.limit or None)
    context.progress.begin("comparing")
    with context.call.stop as stop, ThreadPoolExecutor(asked.at_once) as pool:
        while batch := list(islice(source, BATCH)):
            for each in pool.map(held.compare, batch):
                _take(tally, each)
            done += len(batch)
            kept.write(done, tally)
            context.progress.note(f"comparing: {done:,} events, {tally.mismatched:,} differ")
            if stop():
                raise Interrupted(f"stopped after {done:,} events", hint="run the same command again to continue")
    context.progress.end()
    kept.finish(done, tally)
    return tally


def _take(tally: Tally, each: Compared) -> None:
    if each.about is None:
        tally.skip(f"{each.recorded.where}: {each.skipped}" if len(tally.skipped) < BATCH else "others")
    elif each.skipped:
        tally.skip(each.skipped)
    else:
        tally.add(each.about.route, each.recorded.where, each.differences, each.original, each.service)
        tally.learn(each.about.route, each.noisy)


def _result(context: Context, tally: Tally, asked: Asked) -> Result:
    result, why = tally.verdict(asked.most)
    identity = context.ledger.identity
    if identity:
        with open_ledger(context, identity.function) as ledger:
            ledger.note("shadow", result=result, compared=tally.compared, mismatched=tally.mismatched)
    data, text = {**tally.to_dict(), "result": result, "reason": why}, rendered(tally, result, why, context.paint)
    if result == "fail":
        hint = f"fix the service, or add what does not matter to `{asked.noise.name}`"
        return Result(data, text, error=GateClosed(why, gate=shadow_differs.NAME, hint=hint))
    if result == "inconclusive":
        return Result(data, text, error=Inconclusive(why, hint="compare more events"))
    return Result(data, text, ("cutover",))


@dataclass
class Kept:
    """What was compared so far, in a file.

    Attributes:
        path: The file.
        identity: Of the events, versions and rules: a run of others begins at the first event.
    """

    path: Path
    identity: str

    def read(self) -> tuple[int, Tally]:
        """Return how many events are done, and what was counted of them."""
        try:
            data = json.loads(read_regular(self.path, LONGEST))
            if data["identity"] == self.identity and not data["finished"]:
                return int(data["done"]), Tally.from_dict(data["tally"])
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return 0, Tally()

    def write(self, done: int, tally: Tally) -> None:
        """Keep what was compared; nobody else may read it, because examples are from answers."""
        self._save(done, tally, finished=False)

    def finish(self, done: int, tally: Tally) -> None:
        """Say that it is whole."""
        self._save(done, tally, finished=True)

    def _save(self, done: int, tally: Tally, *, finished: bool) -> None:
        data = {"identity": self.identity, "done": done, "finished": finished, "tally": tally.to_dict()}
        try:
            write_private(self.path, json.dumps(data).encode())
        except OSError as error:
            raise ConfigError(f"`{self.path}` cannot be written: {error.strerror}", hint="make room there") from error


def _learn(path: Path, noise: Noise) -> None:
    try:
        replace_file(path, write(noise).encode(), 0o644)
    except OSError as error:
        raise ConfigError(f"`{path}` cannot be written: {error.strerror}", hint="name another in `--noise`") from error


def _identity(held: Shadow, asked: Asked) -> str:
    rules: list[Any] = [vars(rule) for rule in held.noise.rules]
    return hashing.sha256(
        [str(asked.source.resolve()), held.function, held.original, held.proxy, rules, sorted(held.also), asked.limit]
    )


def _text(path: Path) -> str:
    try:
        return read_regular(path, LONGEST).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"`{path}` cannot be read", hint="it has to be a list of rules, in YAML") from error
