"""Partitions of AWS, and what the names of hosts end with in each.

The suffixes are those of botocore's ``partitions.json``.
"""

from __future__ import annotations

DNS_SUFFIXES = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-us-gov": "amazonaws.com",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
}
"""Partition → what its hosts end with."""


def dns_suffix(partition: str) -> str:
    """Return what hosts of a partition end with; that of the largest one where we do not know it."""
    return DNS_SUFFIXES.get(partition, DNS_SUFFIXES["aws"])
