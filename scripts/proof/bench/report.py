"""The printed tables."""

from typing import Any

from scripts.proof.bench import warm
from scripts.proof.bench.cold import FLOOR
from scripts.proof.bench.targets import MB, judge


def show(found: dict[str, Any]) -> None:
    """Print all tables."""
    print(f"\n{found['command']} on {found['machine']}, {found['at']}")
    for part in (_cold, _warm, _instructions, _capacity, _growth, _sizes, _rate, _targets):
        part(found)


def _title(text: str, columns: str) -> None:
    print(f"\n{text:34}{columns}")


def _cold(found: dict[str, Any]) -> None:
    columns = f"{'least':>8}{'x B':>6}{'median':>8}{'x B':>6}"
    columns += f"{'first':>8}{'warm':>7}{'modules':>9}{'status':>8}{'log B, lines':>14}"
    _title("Cold start, CPU ms", columns)
    for name, one in found["cold"].items():
        bytes_, lines = one["log"]["first"]
        print(
            f"  {name:32}{one['cold_ms']:8.0f}{one['ratio']['of_least']:6.2f}"
            f"{one['cold_median_ms']:8.0f}{one['ratio']['of_rounds']:6.2f}"
            f"{one['first_ms']:8.1f}{one['warm_ms']:7.2f}{one['modules']:9.0f}{one['status']:8.0f}{bytes_:10}, {lines}"
        )


def _warm(found: dict[str, Any]) -> None:
    _title("Warm, CPU µs a call", f"{'least':>8}{'x':>6}{'median':>8}{'x':>6}")
    for route, of in found["warm"].items():
        print(f"  {route}: {', '.join(of['calls'])}")
        for name, one in of["cpu_us"].items():
            least, rounds = one["ratio"]["of_least"], one["ratio"]["of_rounds"]
            print(f"    {name:30}{one['min']:8.0f}{least:6.2f}{one['median']:8.0f}{rounds:6.2f}")


def _instructions(found: dict[str, Any]) -> None:
    counts = found["instructions"]
    if not counts:
        print("\nInstructions: not counted (not by --quick, and not without valgrind)")
        return
    _title("Cold start, instructions", f"{'millions':>10}{'x B':>6}")
    for name, one in counts["cold"].items():
        print(f"  {name:32}{one / 1e6:10.0f}{one / counts['cold'][FLOOR]:6.2f}")
    _title("Warm, instructions a call", f"{'thousands':>10}{'x':>6}")
    for route, of in counts["warm"].items():
        print(f"  {route}")
        for name, one in of.items():
            print(f"    {name:30}{one / 1e3:10.0f}{one / of[warm.FLOOR]:6.2f}")


def _capacity(found: dict[str, Any]) -> None:
    _title("Round trips and capacity", f"{'trips':>8}{'read':>6}{'write':>6}")
    for name, one in found["capacity"].items():
        units = f"{one['read_units']:6g}{one['write_units']:6g}"
        print(f"  {name:32}{len(one['calls']):8}{units}  {one['status']} {', '.join(one['calls'])}")


def _growth(found: dict[str, Any]) -> None:
    _title("A page of 20", f"{'trips':>8}{'read':>6}{'CPU ms':>8}")
    for size, pages in found["growth"].items():
        for where, one in pages.items():
            place = f"{where} of {int(size):,}"
            print(f"  {place:32}{one['calls']:8}{one['read_units']:6g}{one['cpu_ms']:8.2f}")
    if not found["growth"]:
        print("  not measured: DynamoDB Local is missing, see make bench")


def _sizes(found: dict[str, Any]) -> None:
    _title("Size, kB", f"{'zipped':>8}{'unzipped':>10}")
    for name, one in found["sizes"].items():
        print(f"  {name:32}{one['zipped'] / 1000:8.0f}{one['unzipped'] / 1000:10.0f}")


def _rate(found: dict[str, Any]) -> None:
    if not found["rate"]:
        return
    _title("Requests per second", f"{'1 client':>10}{'4 clients':>11}")
    for route, of in found["rate"].items():
        for name, one in of.items():
            print(f"  {route + ', ' + name:32}{one['1']:10.0f}{one['4']:11.0f}")


def _targets(found: dict[str, Any]) -> None:
    _title("Targets", f"{'':>6}{'is':>10}{'at most':>9}{'':>9}{'instructions':>14}")
    for target in judge(found):
        figure = f"{target.figure:10.2f}{target.limit:9g}"
        counted = "" if target.instructions is None else f"{target.instructions:14.2f}"
        print(f"  {target.what:38}{figure}  {'met' if target.met else 'NOT MET':7}{counted}".rstrip())
    print(f"(1 MB = {MB:,} bytes)")
