"""Tells how many of the service library's branches its tests run, from coverage's JSON report; fails below the bound.

`make coverage` runs the tests and this.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

LEAST = 95.0
"""Percent of branches."""


def main(report: Path) -> int:
    """Print the share, and each file's branches that nothing runs.

    Returns:
        1 where the share is below the bound.
    """
    found = json.loads(report.read_text(encoding="utf-8"))
    for path, file in sorted(found["files"].items()):
        if file["missing_branches"]:
            print(f"{path}: {', '.join(f'{begin}->{end}' for begin, end in file['missing_branches'])}")
    totals = found["totals"]
    covered, of_all = totals["covered_branches"], totals["num_branches"]
    share = 100 * covered / of_all
    print(f"{covered} of {of_all} branches, {share:.1f} %; at least {LEAST:g} % are due")
    return 0 if share >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
