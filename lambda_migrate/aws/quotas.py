"""How many of something AWS allows: what Service Quotas says of the account, else AWS's default."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_migrate.errors import AwsError, NotAllowed, NotFound

if TYPE_CHECKING:
    from lambda_migrate.aws.session import Aws

CALL = "service-quotas:GetServiceQuota"


class Quota(NamedTuple):
    """One quota of AWS.

    Attributes:
        name: Of what it allows so many, for a person.
        default: How many AWS allows where nobody has asked for more.
        service: The service's code in Service Quotas; "" where AWS does not raise it, or tells no code.
        code: The quota's code there.
    """

    name: str
    default: int
    service: str = ""
    code: str = ""


INTEGRATIONS = Quota("integrations", 300)
"""Of an HTTP API; AWS raises it for nobody ("Quotas for configuring and running an HTTP API", API Gateway guide)."""
ROUTES = Quota("routes", 300)
"""Of an HTTP API (as above); AWS raises it for one API, and shows that nowhere."""
TARGET_GROUPS = Quota("target groups", 3000, "elasticloadbalancing", "L-B22855CB")
"""Of a region ("Quotas for your Application Load Balancers", ELB user guide)."""
LATTICE_GROUPS = Quota("target groups of VPC Lattice", 500, "vpc-lattice", "L-BB11C6B9")
"""Of a region ("Quotas for Amazon VPC Lattice", its user guide)."""

VIEWER_FUNCTIONS = Quota("viewer functions of CloudFront", 100)
"""Of an account ("Quotas on CloudFront Functions", CloudFront guide); Service Quotas has them in us-east-1 alone."""


class Allowed(NamedTuple):
    """How many there may be.

    Attributes:
        number: How many.
        unread: Why Service Quotas could not be read, so that this is AWS's default; "" where it was, or need not be.
    """

    number: int
    unread: str = ""


def allowed(aws: Aws, quota: Quota) -> Allowed:
    """Return how many the account may have; one call where Service Quotas knows the quota.

    Args:
        aws: Whom it asks; reads only.
        quota: Which.
    """
    if not quota.code:
        return Allowed(quota.default)
    try:
        answer = aws.call("service-quotas", "get_service_quota", ServiceCode=quota.service, QuotaCode=quota.code)
    except NotFound:
        return Allowed(quota.default)
    except (AwsError, NotAllowed) as error:
        return Allowed(quota.default, error.message)
    return Allowed(int(answer["Quota"]["Value"]))
