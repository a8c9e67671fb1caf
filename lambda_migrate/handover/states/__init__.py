"""What tools write down about what they have made, in files of the project: ids, and nothing else of these files.

State files hold secrets in the clear. What is read here is the ids of the things that belong to a function, by a list
of attributes; everything else is dropped where it is parsed. A new kind of file is a module here and a line below.
"""

from __future__ import annotations

from lambda_migrate.handover.states import chalice, pulumi, terraform, terraform_code, zappa
from lambda_migrate.handover.states.model import StateReader

STATES: tuple[StateReader, ...] = (
    StateReader.of(terraform),
    StateReader.of(pulumi),
    StateReader.of(chalice),
    StateReader.of(zappa),
    StateReader.of(terraform_code),
)
"""In the order in which they are believed: what was made comes before what is to be made."""
