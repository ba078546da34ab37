"""How good are plans, and what does the certificate promise? Against the exact optimum of HiGHS.

Run it by hand: `.venv/bin/python benchmarks/decisions/quality.py`. Desks are made up, from 12 to 400
candidates, with hours from minutes to days. It proves the arithmetic, nothing about selling.
"""

from __future__ import annotations

import time

import numpy as np
import scipy
from scipy.optimize import Bounds, LinearConstraint, milp

from qualify.decisions import Candidates, Capacity, Economics, allocate

SAAS = Economics(monthly_margin=100, monthly_churn=0.05, rejection_cost=50, currency="EUR")
RNG = np.random.Generator(np.random.PCG64(7))
DESKS = 40


def main() -> None:
    """Print, for each size of desk, what is reached and what is promised."""
    print(f"scipy {scipy.__version__} (HiGHS), {DESKS} desks a size")
    print("candidates   reached (mean, worst)   promised (mean, worst)   milp takes")
    for size in (12, 50, 200, 400):
        reached, promised, ours, theirs = [], [], 0.0, 0.0
        for _ in range(DESKS):
            hours = RNG.choice([0.25, 0.5, 1, 2, 4, 8, 16, 40], size) * RNG.uniform(0.8, 1.25, size)
            desk = Candidates(np.arange(size), win=RNG.beta(1, 4, size), hours=hours, economics=SAAS)
            room = float(RNG.choice([4, 8, 40, 160]))
            began = time.perf_counter()
            plan = allocate(desk, Capacity(room))
            ours += time.perf_counter() - began
            began = time.perf_counter()
            best = milp(
                -np.maximum(desk.gain, 0),
                constraints=LinearConstraint(desk.now[None, :], -np.inf, room),
                integrality=np.ones(size),
                bounds=Bounds(0, 1),
                options={"mip_rel_gap": 0},
            )
            theirs += time.perf_counter() - began
            optimum = -best.fun
            reached.append(plan.value / optimum if optimum else 1.0)
            promised.append(plan.certificate)
            if plan.bound < optimum * (1 - 1e-9):
                raise AssertionError(f"the bound {plan.bound} lies below the optimum {optimum}")
        print(
            f"{size:10}   {np.mean(reached):7.2%} {min(reached):9.2%}   {np.mean(promised):10.2%} "
            f"{min(promised):9.2%}   {theirs / ours:8.1f} x"
        )


if __name__ == "__main__":
    main()
