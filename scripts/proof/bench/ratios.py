"""Ratios of CPU times to a floor's, of rounds in which the floor and every case ran by turns.

The targets use the one of rounds. What slows this machine for a while slows a case and the floor beside it, but the
least times of both may come from different moments: of 16 cold rounds and 48 warm batches in blocks, 2026-11-23, on
2 shared cores, the ratio varied between blocks (standard deviation, relative) by

    block                cold 2   cold 4   cold 8   warm 8   warm 12   warm 24
    of the least times     8.4 %    6.0 %    5.8 %    8.1 %     6.1 %     2.9 %
    of rounds              7.2 %    4.5 %    1.7 %    6.0 %     6.6 %     1.6 %
"""

from collections.abc import Sequence
from statistics import median


def ratios(times: Sequence[float], floor: Sequence[float]) -> dict[str, float]:
    """Return the ratio of the least times, and the median over the rounds of the ratio within each."""
    rounds = [one / other for one, other in zip(times, floor, strict=True)]
    return {"of_least": round(min(times) / min(floor), 3), "of_rounds": round(median(rounds), 3)}
