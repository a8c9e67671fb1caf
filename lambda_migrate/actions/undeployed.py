"""What an action is whose change reaches nobody until the document that holds it is deployed."""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable


@runtime_checkable
class Undeployed(Protocol):
    """An action whose change reaches nobody until the document is deployed, by whomever.

    Where the traffic that it was made for goes back, it goes back too: the next deployment of others would ship it.

    - ``undeployed``: Always True; it marks the kind.
    """

    undeployed: ClassVar[bool]
