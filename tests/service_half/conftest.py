"""Makes the service half importable as `serving`, straight from the templates."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

HALF = Path(__file__).parents[2] / "templates" / "service" / "service"

if "serving" not in sys.modules:
    spec = importlib.util.spec_from_file_location(
        "serving", HALF / "__init__.py", submodule_search_locations=[str(HALF)]
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["serving"] = module
    spec.loader.exec_module(module)
