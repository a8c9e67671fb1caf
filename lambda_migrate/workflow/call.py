"""One call of the program: the options that every command takes, where it speaks, and whether it shall stop."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from lambda_migrate.clock import Clock

if TYPE_CHECKING:
    from lambda_migrate.render.terminal import Terminal


class GlobalOptions(NamedTuple):
    """What every command takes, flags and environment already weighed."""

    config: Path = Path("migration.yaml")
    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    json: bool = False
    debug: bool = False
    verbose: bool = False
    quiet: bool = False
    no_color: bool = False


DEFAULT = Path("migration.yaml")
_ANYBODY_WRITES = 0o002


def upwards(config: Path) -> Path:
    """Return the configuration of this folder, or of the nearest folder above that has one.

    Above a folder in which anybody may write nothing is looked for: what lies there may be somebody else's.

    Args:
        config: What was asked for; only the default is looked for above.
    """
    if config != DEFAULT or config.exists():
        return config
    for folder in Path.cwd().parents:
        try:
            if folder.stat().st_mode & _ANYBODY_WRITES:
                break
            if (folder / config).exists():
                return folder / config
        except OSError:
            break
    return config


@dataclass
class Stop:
    """Whether somebody asked to stop.

    Attributes:
        asked: By what, ``Ctrl-C`` or ``SIGTERM``, the latest time; "" while nobody did.
        cooperative: A command is at work that looks here at its clean points, so that nothing needs to be torn down.
    """

    asked: str = ""
    cooperative: bool = False

    def __call__(self) -> bool:
        """Return whether to stop at this clean point."""
        return bool(self.asked)

    def __enter__(self) -> Self:
        self.cooperative = True
        return self

    def __exit__(self, *_: object) -> None:
        self.cooperative = False


@dataclass(frozen=True)
class Call:
    """One call of the program: where it speaks, whether it shall stop, and what time it is."""

    terminal: Terminal
    stop: Stop = field(default_factory=Stop)
    clock: Clock = field(default_factory=Clock)
