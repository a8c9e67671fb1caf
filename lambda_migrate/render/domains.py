"""The names that lead to a function, and what could not be read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_migrate.actions.route53.change_records import summary
from lambda_migrate.render.drawing import GUIDE, hanging, paragraph, tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_migrate.inventory.domains import Domain, Domains
    from lambda_migrate.render.terminal import Paint


def domains(domains: Domains, paint: Paint) -> list[str]:
    """Return the lines about them; none where no name leads to the function and everything was read."""
    leaves = [[line for part in _about(each) for line in hanging(part, paint.width - GUIDE)] for each in domains.names]
    lines = tree(paint("Domains", "bold"), leaves, paint, indent=0) if leaves else []
    for text in domains.unread:
        lines += paragraph(text, paint.width, first=f"  {paint('!', 'yellow')} ", rest="    ")
    return lines


def _about(domain: Domain) -> Iterator[str]:
    """Yield a name: what answers for it, where its paths lead, and its records."""
    facts = [domain.by, domain.endpoint.lower(), domain.security_policy]
    facts += ["asks for client certificates"] if domain.mutual_tls else []
    yield f"{domain.name}  {', '.join(fact for fact in facts if fact)}"
    for each in domain.mappings:
        yield f"  /{each.path} → {each.api}" + (f", stage {each.stage}" if each.stage else "")
    zones = {each.zone: each for each in domain.records}
    for zone, record in zones.items():
        private = " (private)" if record.private else ""
        records = summary(each.record for each in domain.records if each.zone == zone)
        yield f"  {records}, in zone {record.zone_name}{private}"
    if not domain.records:
        yield "  no records in a hosted zone of this account"
