"""`make cost`: estimates a month on AWS at three sizes, from measured units and AWS's list prices.

Computed, not billed: nobody has deployed this to AWS yet. Without free tier, tax, support plan and CDN.
"""

from collections.abc import Mapping
from typing import NamedTuple

from scripts.docs.budgets import costs
from scripts.ops.environment import TEMPLATE, VALUES

# US dollars in us-east-1, arm64, on the first tier.
PRICES_OF = "2026-11-23"
PRICES: dict[str, tuple[float, str, str]] = {
    "API Gateway": (3.50, "million requests (REST)", "aws.amazon.com/api-gateway/pricing"),
    "Lambda requests": (0.20, "million requests", "aws.amazon.com/lambda/pricing"),
    "Lambda time": (13.3334, "million GB-seconds (arm64)", "aws.amazon.com/lambda/pricing"),
    "DynamoDB writes": (0.625, "million write units (on demand)", "aws.amazon.com/dynamodb/pricing/on-demand"),
    "DynamoDB reads": (0.125, "million read units (on demand)", "aws.amazon.com/dynamodb/pricing/on-demand"),
    "DynamoDB storage": (0.25, "GB", "aws.amazon.com/dynamodb/pricing/on-demand"),
    "Backup (PITR)": (0.20, "GB of the table", "aws.amazon.com/dynamodb/pricing/on-demand"),
    "Logs": (0.50, "GB taken in", "aws.amazon.com/cloudwatch/pricing"),
    "Metrics": (0.30, "metric", "aws.amazon.com/cloudwatch/pricing"),
    "Alarms": (0.10, "alarm", "aws.amazon.com/cloudwatch/pricing"),
    "Dashboard": (3.00, "dashboard", "aws.amazon.com/cloudwatch/pricing"),
    "Secret": (0.40, "secret", "aws.amazon.com/secrets-manager/pricing"),
    "Traffic out": (0.09, "GB", "aws.amazon.com/ec2/pricing/on-demand"),
}
FIXED = ("Metrics", "Alarms", "Dashboard", "Secret")


class Size(NamedTuple):
    """The load of a month. gigabytes: of the table."""

    name: str
    requests: float  # millions
    gigabytes: float


SIZES = (Size("small", 0.1, 0.1), Size("middle", 10, 10), Size("large", 300, 300))
# The mix of requests, in per cent. An assumption; the units of each are measured.
MIX: dict[tuple[str, str], float] = {
    ("projects.list", "first-page"): 12,
    ("projects.list", "unchanged"): 8,
    ("projects.get", "found"): 15,
    ("projects.get", "unchanged"): 10,
    ("projects.create", "with-key"): 3,
    ("projects.update", "with-key"): 6,
    ("projects.delete", "with-key"): 1,
    ("community.list", "first-page"): 10,
    ("community.get", "found"): 8,
    ("community.create", "with-key"): 1,
    ("support.list", "own"): 2,
    ("support.create", "with-key"): 0.5,
    ("support.update", "status"): 0.5,
    ("status.get", "found"): 8,
    ("account.get", "found"): 8,
    ("auth.login", "right"): 1,
    ("auth.refresh", "first-use"): 5,
    ("system.get_config", "found"): 1,
}
# Assumed (docs/operating.md tells so): milliseconds of one request at 512 MB, and of one step in the database; a cold
# start in so many requests and how long it takes; bytes of an answer; bytes of the access log's line.
WARM_MS, CALL_MS, TRANSACTION_MS = 9, 4, 10
COLD_SHARE, COLD_MS = 0.01, 1000
ANSWER_BYTES, ACCESS_LOG_BYTES = 2_000, 350
LOG_BYTES = 350  # of a request; tests/catalog/model.py: ONE_LINE
OWN_METRICS = 20  # names that the functions count


class Usage(NamedTuple):
    """Average usage of one request."""

    reads: float
    writes: float
    milliseconds: float


def usage(mix: Mapping[tuple[str, str], float] = MIX) -> Usage:
    """Average the mix, of the functions in the template. Raises KeyError for a case that is not in tests/catalog."""
    known = {(cost.function, cost.case): cost for cost in costs()}
    there = {function for function, _ in known}
    mix = {case: share for case, share in mix.items() if case[0] in there}
    reads = writes = milliseconds = 0.0
    for case, share in mix.items():
        cost = known[case]
        reads += share * cost.reads
        writes += share * cost.writes
        steps = [TRANSACTION_MS if step == "TransactWriteItems" else CALL_MS for step in cost.steps]
        milliseconds += share * (WARM_MS + sum(steps) + COLD_SHARE * COLD_MS)
    every = sum(mix.values())
    return Usage(reads / every, writes / every, milliseconds / every)


def amounts(size: Size) -> dict[str, float]:
    """Return the amounts of a month, in the units of the prices."""
    one, millions = usage(), size.requests
    resources = [resource["Type"] for resource in TEMPLATE["Resources"].values()]
    return {
        "API Gateway": millions,
        "Lambda requests": millions,
        "Lambda time": millions * one.milliseconds / 1000 * float(VALUES["MemorySize"]) / 1024,
        "DynamoDB writes": millions * one.writes,
        "DynamoDB reads": millions * one.reads,
        "DynamoDB storage": size.gigabytes,
        "Backup (PITR)": size.gigabytes,
        "Logs": millions * (LOG_BYTES + ACCESS_LOG_BYTES) / 1000,
        "Metrics": OWN_METRICS,
        "Alarms": resources.count("AWS::CloudWatch::Alarm"),
        "Dashboard": resources.count("AWS::CloudWatch::Dashboard"),
        "Secret": resources.count("AWS::SecretsManager::Secret"),
        "Traffic out": millions * ANSWER_BYTES / 1000,
    }


def table() -> str:
    """Return the table of docs/operating.md."""
    bills = [{name: round(amount * PRICES[name][0], 2) for name, amount in amounts(size).items()} for size in SIZES]
    heads = [f"{size.name}: {size.requests:g} million requests, {size.gigabytes:g} GB" for size in SIZES]
    lines = [f"| US dollars a month | {' | '.join(heads)} |", "|---|" + "---:|" * len(SIZES)]
    lines += [f"| {name} | {' | '.join(f'{bill[name]:,.2f}' for bill in bills)} |" for name in PRICES]
    lines.append("| **together** | " + " | ".join(f"**{sum(bill.values()):,.2f}**" for bill in bills) + " |")
    varying = [sum(sum_ for name, sum_ in bill.items() if name not in FIXED) for bill in bills]
    each = [f"{total / size.requests:,.2f}" for total, size in zip(varying, SIZES, strict=True)]
    lines.append("| for each million requests, without what is fixed | " + " | ".join(each) + " |")
    one = usage()
    lines += ["", f"A request of the mix reads {one.reads:.2f} units, writes {one.writes:.2f} and runs "]
    lines[-1] += f"{one.milliseconds:.0f} ms, on average."
    return "\n".join(lines)


def prices() -> str:
    """Return the table of the prices."""
    lines = [f"| Price of {PRICES_OF} | US dollars | for each | Page |", "|---|---:|---|---|"]
    lines += [f"| {name} | {price:g} | {of} | {page} |" for name, (price, of, page) in PRICES.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
