"""A program that watches a bake on its terminal, and what stands in for the shell that started it.

``python -m tests.render.bake_on_a_terminal LEDGER``: a session of its own, whose terminal is standard input. The shell
prints ``stopped`` and ``ended CODE`` on standard output; a line on descriptor 3 has the stopped program go on.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import termios
from dataclasses import replace
from pathlib import Path

from lambda_migrate.actions import ACTIONS
from lambda_migrate.cli.signals import listening
from lambda_migrate.engine.executor import Executor
from lambda_migrate.engine.ledger import Identity, Ledger
from lambda_migrate.engine.verdict import Side, Verdict
from lambda_migrate.errors import MigrateError
from lambda_migrate.render.keys import Keys
from lambda_migrate.render.progress import Progress
from lambda_migrate.render.terminal import Terminal
from lambda_migrate.workflow.call import Stop
from tests.engine.world import FUNCTION, KINDS, World, plan

PROGRAM_FAILED = 3


def watch(ledger: Path) -> int:
    """Watch a bake of an hour of real time; return the exit code."""
    for kind in KINDS:
        ACTIONS[kind.kind] = kind  # type: ignore[assignment]  # an action of the tests
    terminal, stop = Terminal.of_process(), Stop()
    progress = Progress(terminal, keys=Keys(terminal))
    sides = (Side("version 2 (proxy)", 0.1, 20, 0, 50.0, 10.0), Side("version 1 (original)", 0.9, 200, 0, 50.0, 10.0))
    identity = Identity("123456789012", "eu-west-1", FUNCTION)
    made = plan("b:1:2?")
    made = replace(made, steps=tuple(replace(step, bake=3600.0) for step in made.steps))
    with listening(stop, terminal), stop, Ledger.open(ledger, identity, command="test", by="alice") as opened:
        executor = Executor(
            opened,
            World({"b": "1"}),  # type: ignore[arg-type]  # the actions of these tests take a World
            judge=lambda *_step, **_how: Verdict("pass", ("enough",), sides=sides),
            watch=progress,
            stop=stop,
            sleep=progress.sleep,
            asked=progress.asked,
        )
        try:
            executor.run(made)
        except MigrateError:
            return PROGRAM_FAILED
        finally:
            progress.end()
    return 0


def main() -> None:
    """Be the shell: start the program in the foreground, and tell what becomes of it."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    shell, program = os.getpgrp(), os.fork()
    if program == 0:
        os.setpgid(0, 0)
        os.tcsetpgrp(0, os.getpgrp())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.dup2(0, 1)
        code = 70
        try:
            code = watch(Path(sys.argv[1]))
        finally:
            os._exit(code)
    os.write(1, b"%d\n" % program)
    while True:
        _, status = os.waitpid(program, os.WUNTRACED)
        os.tcsetpgrp(0, shell)
        if not os.WIFSTOPPED(status):
            os.write(1, b"ended %d\n" % os.waitstatus_to_exitcode(status))
            return
        os.write(1, b"stopped\n")
        os.read(3, 1)
        os.tcsetpgrp(0, program)
        os.killpg(program, signal.SIGCONT)


if __name__ == "__main__":
    main()
