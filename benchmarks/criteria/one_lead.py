"""One lead: truth, verdict and question, beside the function one would write by hand and rule engines.

Run it from the project's root: `python benchmarks/criteria/one_lead.py`. Everything is interleaved in one
process; ratios are of the minimum over several rounds. The engines know two values only, so they are
timed on leads of whom everything is known.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable, Hashable
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from typing import Any, TypeVar

import numpy as np
from rule import NOW, WORDS, by_hand, columns, leads, rule

from qualify.criteria import Criterion, all_of, any_of, ask, at_least, compare, topic
from qualify.models import Evidence, Facts, Lead, Topic, Vocabulary

Way = TypeVar("Way", bound=Hashable)

LEADS = 100
ROUNDS = 60
PEERS = ("zen-engine", "rule-engine", "common-expression-language")
ZEN = (
    "((fit >= 3 and team_size >= 5 and team_size <= 500) or champion or source == 'referral') and "
    "((budget >= 5000 ? 1 : 0) + (decides ? 1 : 0) + (timing in ['this month', 'this quarter'] ? 1 : 0) "
    "+ (trial ? 1 : 0) >= 2) and not (churned or (competitor and seats < 10) or industry == 'public') and "
    "(visits > 2 or age_days <= 90 or region != 'latam' or fit >= 4)"
)
RULE_ENGINE = ZEN.replace("team_size >= 5 and team_size <= 500", "(team_size >= 5 and team_size <= 500)")
CEL = ZEN.replace(" and ", " && ").replace(" or ", " || ").replace("not (", "!(").replace("'", '"')


def interleaved(ways: dict[Way, Callable[[], Any]], rounds: int = ROUNDS) -> dict[Way, float]:
    """Give the least time of each way in seconds, each round running all of them."""
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def engines(full: list[dict[str, Any]]) -> dict[str, Callable[[], Any]]:
    """Give the peers that are installed, each judging all leads."""
    ways: dict[str, Callable[[], Any]] = {}
    try:
        import zen
    except ImportError:
        pass
    else:
        compiled = zen.compile_expression(ZEN)
        ways["zen-engine, compiled expression"] = lambda: [compiled.evaluate(lead) for lead in full]
    try:
        import rule_engine
    except ImportError:
        pass
    else:
        made = rule_engine.Rule(RULE_ENGINE)
        ways["rule-engine"] = lambda: [made.matches(lead) for lead in full]
    try:
        import cel
    except ImportError:
        pass
    else:
        program = cel.compile(CEL)
        ways["Rust CEL"] = lambda: [program.execute(lead) for lead in full]
    return ways


def check(full: list[dict[str, Any]], facts: list[Facts], made: Criterion) -> None:
    """All ways give the same answers."""
    expected = [by_hand(lead) for lead in full]
    found = [made.truth(one).value > 0 for one in facts]
    if expected != found:
        raise SystemExit("the criterion and the function by hand disagree")
    for name, way in engines(full).items():
        if [bool(answer) for answer in way()] != expected:
            raise SystemExit(f"{name} disagrees")


def read_all(made: Criterion, facts: list[Facts]) -> None:
    """Judge, and read every field but the text."""
    for one in facts:
        verdict = made.judge(one)
        _ = (verdict.missing, verdict.evidence, verdict.disputed, verdict.good_until)


def evidenced(partly: list[dict[str, Any]], words: Vocabulary | None = None) -> list[Facts]:
    """Give Facts as a lead gives them: each fact with evidence that has an id, and may go stale."""
    return [
        Lead(f"lead-{i}")
        .learn(*(Evidence(name, value, at=NOW, source="call") for name, value in lead.items()))
        .facts(at=NOW, vocabulary=words)
        for i, lead in enumerate(partly)
    ]


def truth_of_all(made: Criterion, facts: list[Facts]) -> None:
    """Find the bare truth and nothing else."""
    for one in facts:
        made.truth(one)


def verdict_of_all(made: Criterion, facts: list[Facts]) -> None:
    """Judge, and read the truth."""
    for one in facts:
        _ = made.judge(one).truth


def text_of_all(made: Criterion, facts: list[Facts]) -> None:
    """Judge, and read the sentence."""
    for one in facts:
        _ = made.judge(one).reason


def first_time(made: Criterion, partly: list[dict[str, Any]]) -> float:
    """Give verdict / truth on Facts that nobody has looked at before."""
    ways = {truth_of_all: float("inf"), read_all: float("inf")}
    for _ in range(ROUNDS):
        for way, least in ways.items():
            facts = evidenced(partly)
            start = time.perf_counter()
            way(made, facts)
            ways[way] = min(least, time.perf_counter() - start)
    return ways[read_all] / ways[truth_of_all]


def two_rules() -> tuple[Criterion, Criterion]:
    """Two rules whose cells number a little over 100,000."""
    steps = [topic(name).between(1, 3) & (topic(name) != 2) for name in "abcdefi"]
    first = all_of(*(topic(name) >= 1 for name in "abcdefi"), topic("g").exists(), topic("h") >= 2)
    second = at_least(4, *steps, topic("g").exists(), any_of(topic("h") >= 3, topic("h") < 1))
    return first, second


def main() -> None:
    """Print the table."""
    rng = np.random.default_rng(7)  # noqa: TID251 - a fixed seed
    made = rule()
    partly = leads(columns(LEADS, rng), LEADS)
    full = leads(columns(LEADS, rng, missing=0.0), LEADS)
    known = [Facts.of(lead, at=NOW) for lead in full]
    check(full, known, made)
    nine = [f"q{i}" for i in range(9)]
    q = [topic(name) >= 3 for name in nine]
    open_rule = at_least(2, q[0] & q[1], q[2] | q[3], q[4]) | (q[5] & q[6] & (q[7] | q[8]))
    nothing = Facts.of({}, at=NOW)
    one, other = two_rules()
    cells = compare(one, other).total
    times = interleaved(
        {
            "by hand, two values, dict": lambda: [by_hand(lead) for lead in full],
            "truth": lambda: [made.truth(lead) for lead in known],
            **engines(full),
        }
    )
    stale = Vocabulary(Topic(name, fresh_for=timedelta(30)) for name in made.topics[::2])
    some = {
        "values alone": [Facts.of(lead, at=NOW) for lead in partly],
        "evidence with ids": evidenced(partly),
        "half of it goes stale": evidenced(partly, stale),
    }
    partial_times = {
        f"{way.__name__.replace('_', ' ')}, {name}": seconds
        for name, facts in some.items()
        for way, seconds in interleaved(
            {way: partial(way, made, facts) for way in (truth_of_all, verdict_of_all, read_all)}
        ).items()
    }
    text = interleaved({"text": partial(text_of_all, made, some["values alone"])})
    partial_times |= {"text of all, values alone": text["text"]}
    single = interleaved(
        {
            "truth": partial(truth_of_all, made, some["values alone"]),
            "ask": lambda: ask(open_rule, nothing),
            "compare": lambda: compare(one, other),
        }
    )
    print(f"Python {sys.version.split()[0]}, {platform.machine()}, peers {peers()}")
    print(f"16 atoms, {len(WORDS) + 11} fields, {LEADS} leads, least of {ROUNDS} rounds\n")
    hand, truth = times["by hand, two values, dict"], times["truth"]
    bare = partial_times["truth of all, values alone"]
    print("everything known")
    for name, seconds in times.items():
        against = f"{seconds / hand:8.1f} x hand  {seconds / truth:8.1f} x truth"
        print(f"{name:40} {seconds / LEADS * 1e6:8.2f} us  {against}")
    print("\n30 % missing")
    for name, seconds in partial_times.items():
        _, _, kind = name.partition(", ")
        against = f"{seconds / partial_times[f'truth of all, {kind}']:8.1f} x truth"
        print(f"{name:40} {seconds / LEADS * 1e6:8.2f} us  {against}")
    print()
    for name, ratio, limit in (
        ("truth / by hand", truth / hand, "limit 3"),
        ("all of a verdict but its text / truth", partial_times["read all, values alone"] / bare, "limit 4"),
        ("... the first on fresh Facts", first_time(made, partly), ""),
        ("ask with 9 unknowns / truth", LEADS * single["ask"] / single["truth"], "limit 4,000"),
        (
            f"compare over {cells:,} cells / truth",
            LEADS * single["compare"] / single["truth"],
            "limit 10,000",
        ),
    ):
        print(f"{name:44} {ratio:8,.1f}   {limit}")


def peers() -> dict[str, str]:
    """Give the versions of the engines that are installed."""
    return {name: version(name) for name in PEERS if _has(name)}


def _has(name: str) -> bool:
    try:
        version(name)
    except ImportError:
        return False
    return True


if __name__ == "__main__":
    main()
