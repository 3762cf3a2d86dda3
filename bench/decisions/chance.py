"""Chance that is the same on every machine and for every policy: a number from 0 to 1 for each referral and agency.

SplitMix64 of the seed and what it is for. How an agency answers a referral depends on the two alone, not on how many
others were asked before: so policies differ by what they decide and by nothing else, and a bound can know it all.
"""

import numpy as np

_STEP, _ONE, _TWO = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))


def chances(seed: int, salt: int, rows: int, columns: int) -> np.ndarray:
    """A number from 0 to 1 for each row and column."""
    many = np.arange(rows * columns, dtype=np.uint64).reshape(rows, columns)
    begun = _mixed(np.array([seed * 1000 + salt], dtype=np.uint64))
    return (_mixed(many + begun) >> np.uint64(11)).astype(np.float64) / (1 << 53)


def _mixed(state: np.ndarray) -> np.ndarray:
    state = (state + np.uint64(1)) * _STEP
    state = (state ^ (state >> np.uint64(30))) * _ONE
    state = (state ^ (state >> np.uint64(27))) * _TWO
    return state ^ (state >> np.uint64(31))
