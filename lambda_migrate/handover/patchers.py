"""Who changes the files of which tool; for all others there are snippets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.handover import serverless_code, template_code, terraform_code

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lambda_migrate.handover.model import Flip
    from lambda_migrate.handover.patch import Patched

    Patcher = Callable[[Mapping[str, str], Sequence[Flip], str, str], Patched]

PATCHERS: dict[str, Patcher] = {
    "terraform": terraform_code.patched,
    "cloudformation": template_code.patched,
    "sam": template_code.patched,
    "serverless": serverless_code.patched,
}
"""By tool: takes the files, the flips, the function's name and the alias' name."""
