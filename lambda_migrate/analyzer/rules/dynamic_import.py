"""Finds imports that only running the code can tell.

## Why it breaks
`importlib.import_module(name)` and walking over a package's modules hide what the handler imports. Every file in the
folder is analysed instead, so findings may be in code that never runs. And what the function found by walking its own
package, it has to find in the service as well.

## Instead
Import by name where it is possible. Where it is not, make sure that the service is started from a folder in which the
same modules are found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.analyzer.findings import Fact, Severity
from lambda_migrate.analyzer.importing import dynamic_imports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.analyzer.module import Module

CODE = "LM010"
SEVERITY = Severity.INFO
HINT = "import by name, or make sure that the service finds the same modules"

VALID = (
    "import importlib\nplugin = importlib.import_module('app.plugins.mail')\n",
    "import importlib\nNAME = 'json'\nplugin = importlib.import_module(NAME)\n",
)
INVALID = (
    "import importlib\ndef load(name):\n    return importlib.import_module(f'app.plugins.{name}')\n",
    "import pkgutil\nimport app\nnames = [module.name for module in pkgutil.iter_modules(app.__path__)]\n",
)
KNOWN_MISSES = (
    # Code that is compiled at run time.
    "exec(open('plugin.py').read())\n",
)


def check(module: Module) -> Iterator[Fact]:
    """Report every such import."""
    for call in dynamic_imports(module):
        yield module.fact(call, f"`{module.snippet(call)}` imports what only running the code can tell")
