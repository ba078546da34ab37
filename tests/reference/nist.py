"""Univariate data with certified means and standard deviations, as NIST prints them.

NIST, Statistical Reference Datasets, https://www.itl.nist.gov/div898/strd/univ/homepage.html. Michelso:
Dorsey (1944), Trans. American Philosophical Society 34:1-110, table 22. Mavro: Mavrodineanu, NIST. NumAcc1 to
NumAcc4 were made for this: a small spread far from 0.
"""

from __future__ import annotations

import math

MICHELSO = """
299.85 299.74 299.90 300.07 299.93 299.85 299.95 299.98 299.98 299.88 300.00 299.98 299.93 299.65 299.76
299.81 300.00 300.00 299.96 299.96 299.96 299.94 299.96 299.94 299.88 299.80 299.85 299.88 299.90 299.84
299.83 299.79 299.81 299.88 299.88 299.83 299.80 299.79 299.76 299.80 299.88 299.88 299.88 299.86 299.72
299.72 299.62 299.86 299.97 299.95 299.88 299.91 299.85 299.87 299.84 299.84 299.85 299.84 299.84 299.84
299.89 299.81 299.81 299.82 299.80 299.77 299.76 299.74 299.75 299.76 299.91 299.92 299.89 299.86 299.88
299.72 299.84 299.85 299.85 299.78 299.89 299.84 299.78 299.81 299.76 299.81 299.79 299.81 299.82 299.85
299.87 299.87 299.81 299.74 299.81 299.94 299.95 299.80 299.81 299.87
"""
MAVRO = """
2.00180 2.00170 2.00180 2.00190 2.00180 2.00170 2.00150 2.00140 2.00150 2.00150 2.00170 2.00180 2.00180
2.00190 2.00190 2.00210 2.00200 2.00160 2.00140 2.00130 2.00130 2.00150 2.00150 2.00160 2.00150 2.00140
2.00130 2.00140 2.00150 2.00140 2.00150 2.00160 2.00150 2.00160 2.00190 2.00200 2.00200 2.00210 2.00220
2.00230 2.00240 2.00250 2.00270 2.00260 2.00260 2.00260 2.00270 2.00260 2.00250 2.00240
"""

# name: the data, the certified mean and standard deviation (n - 1), and how many digits of the latter floats
# can hold: those of NumAcc3 and NumAcc4 are lost when 1000000.2 becomes a float.
CERTIFIED = {
    "Michelso": ([float(x) for x in MICHELSO.split()], 299.852400000000, 0.0790105478190518, 12),
    "Mavro": ([float(x) for x in MAVRO.split()], 2.00185600000000, 0.000429123454003053, 12),
    "NumAcc1": ([10_000_001, 10_000_003, 10_000_002], 10_000_002.0, 1.0, 15),
    "NumAcc2": ([1.2, *[1.1, 1.3] * 500], 1.2, 0.1, 14),
    "NumAcc3": ([1_000_000.2, *[1_000_000.1, 1_000_000.3] * 500], 1_000_000.2, 0.1, 9),
    "NumAcc4": ([10_000_000.2, *[10_000_000.1, 10_000_000.3] * 500], 10_000_000.2, 0.1, 8),
}


def digits(found: float, certified: float) -> float:
    """How many digits of a certified value are right: its log relative error, 15 at most."""
    if found == certified:
        return 15.0
    return min(15.0, -math.log10(abs(found - certified) / abs(certified)))
