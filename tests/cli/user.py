"""Somebody with a migration.yaml about a function that exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lambda_migrate.aws.session import Aws
    from tests.support.screen import Answer


@dataclass(frozen=True)
class User:
    """Somebody in a folder with a migration.yaml, about a function that exists."""

    run: Callable[..., Answer]
    folder: Path
    function: str
    arn: str
    aws: Aws

    def __call__(self, *arguments: str, **options: Any) -> Answer:
        return self.run(*arguments, **options)

    def latest(self) -> dict[str, Any]:
        """Return the function as it stands, less what any update changes."""
        found = self.aws.call("lambda", "get_function_configuration", FunctionName=self.function)
        volatile = ("RevisionId", "LastModified", "ResponseMetadata")
        return {name: value for name, value in found.items() if name not in volatile}

    def configure(self, **changed: str) -> None:
        settings = {"url": "http://127.0.0.1:9", "directory": ".", "extra": "", "cutover": "", **changed}
        text = (
            f"function: {self.function}\n"
            f"service: {{url: '{settings['url']}', directory: '{settings['directory']}'}}\n"
            f"proxy: {{signing_keys: 'secretsmanager:{self.function}/keys'}}\n"
            f"cutover: {settings['cutover'] or '{propagation: false, bake: 1s}'}\n"
            "verify: {timeout: 1s, slow: 60s, probes: 1, metric_period: 1s, arrival: 3s}\n"
        )
        (self.folder / "migration.yaml").write_text(text + settings["extra"])
