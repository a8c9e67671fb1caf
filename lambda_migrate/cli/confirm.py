"""Questions before something changes; without a person to ask, a refusal that names the flag."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lambda_migrate.errors import ConfigError, MigrateError
from lambda_migrate.render.fitting import fitted

if TYPE_CHECKING:
    from lambda_migrate.workflow.context import Context
    from lambda_migrate.workflow.phase import Question


@dataclass(frozen=True)
class Confirmation:
    """Asks a person, unless the command line has answered already.

    Args:
        context: Of the command.
        yes: The answer is yes, by ``--yes``.
        typed: What was given by ``--confirm`` in place of typing it, or None.
        planned: Whether `--dry-run` would show what is going to be done.
        does: What the command does that has to be asked for.
    """

    context: Context
    yes: bool = False
    typed: str | None = None
    planned: bool = True
    does: str = "changes something"

    def __call__(self, question: Question) -> None:
        """Go on only if the answer is yes.

        Raises:
            ConfigError: There is nobody to ask, or something else was typed.
            MigrateError: The answer is no.
        """
        if question.typed:
            self._by_name(question)
        elif not self.yes:
            self._require_person("--yes")
            if self.context.terminal.ask(f"\n{self._fitted(f'{question.text} [y/N]')} ").lower() not in ("y", "yes"):
                raise MigrateError("cancelled", hint="nothing was changed")

    def _by_name(self, question: Question) -> None:
        self.context.terminal.say(f"\n{self._fitted(question.text)}")
        typed = self.typed
        if typed is None:
            self._require_person(f"--confirm {question.typed}")
            typed = self.context.terminal.ask(f"\nType {question.typed} to confirm: ")
        if typed != question.typed:
            hint = "nothing was changed"
            raise ConfigError(f"`{typed}` is not the name of the function, `{question.typed}`", hint=hint)

    def _fitted(self, text: str) -> str:
        return fitted(text, self.context.terminal, self.context.terminal.err)

    def _require_person(self, flag: str) -> None:
        if self.context.options.json or not self.context.terminal.interactive:
            command = " ".join(["lambda-migrate", *self.context.command])
            raise ConfigError(
                f"`{command}` {self.does}, so it asks first, which needs a terminal",
                hint=f"look at the plan with `--dry-run`, then pass `{flag}`" if self.planned else f"say `{flag}`",
            )
