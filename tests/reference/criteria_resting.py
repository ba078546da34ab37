"""What a verdict rests on, in the slowest and most obvious way, and facts that end and are disputed."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from hypothesis import strategies as st

from qualify.criteria import Atom, Heard, HostCriterion, Named, Not, Verdict, Weighted, criterion
from qualify.errors import NotKnown
from qualify.models import Evidence, Facts, Topic, Vocabulary
from qualify.truth import NO, UNKNOWN, YES, Truth
from reference.criteria_slow import KINDS, NOW, VALUES, leaves, signals
from reference.criteria_slow import criteria as without_hosts
from reference.criteria_slow import truth as truth_without_hosts

# -- what a verdict says ----------------------------------------------------------------------------------


def truth(rule, facts):
    """Judge by the definitions, where a host's answer stands for a leaf."""
    if isinstance(rule, HostCriterion):
        return answer(rule, facts).truth
    if not rule.parts:
        return truth_without_hosts(rule, facts)
    if isinstance(rule, Named):
        return truth(rule.part, facts)
    if isinstance(rule, Not):
        return ~truth(rule.part, facts)
    parts = [truth(part, facts) for part in rule.parts]
    weights = rule.units if isinstance(rule, Weighted) else [1] * len(parts)
    bar = rule.bar_units if isinstance(rule, Weighted) else rule.need
    low = sum(
        w if p is YES else min(w, 0) if p is UNKNOWN else 0 for w, p in zip(weights, parts, strict=True)
    )
    high = sum(
        w if p is YES else max(w, 0) if p is UNKNOWN else 0 for w, p in zip(weights, parts, strict=True)
    )
    return YES if low >= bar else NO if high < bar else UNKNOWN


def answer(host, facts):
    """Give what a host function says, as a Verdict."""
    try:
        said = host(facts)
    except NotKnown as error:
        return Verdict(UNKNOWN, missing=[error.topic])
    except ValueError:
        return Verdict(UNKNOWN)
    if isinstance(said, Verdict):
        return said
    missing = [name for name in host.uses if name not in facts] if said is None else []
    return Verdict(said, missing=missing)


def resting(rule, facts):
    """Give the leaves on which the truth rests, in order, one that stands in two places twice."""
    if not rule.parts:
        return [rule]
    own = truth(rule, facts)
    keeps_all = isinstance(rule, (Named, Not, Weighted)) or own is UNKNOWN
    return [
        leaf for part in rule.parts if keeps_all or truth(part, facts) is own for leaf in resting(part, facts)
    ]


def because(rule, facts):
    """Give those of them that forced the truth, once, with their truths."""
    own = truth(rule, facts)
    pairs = [(leaf, truth(leaf, facts)) for leaf in resting(rule, facts)]
    return list(dict.fromkeys(pair for pair in pairs if own is not UNKNOWN or pair[1] is UNKNOWN))


def missing(rule, facts):
    """Give the topics of the leaves that leave it open."""
    named = []
    for leaf, code in because(rule, facts):
        if code is UNKNOWN:
            named += answer(leaf, facts).missing if isinstance(leaf, HostCriterion) else [leaf.topic]
    return tuple(dict.fromkeys(named)) if truth(rule, facts) is UNKNOWN else ()


def evidence(rule, facts):
    """Give the ids of what the leaves read or counted; a host may name its own."""
    ids = []
    for leaf in resting(rule, facts):
        if isinstance(leaf, Heard):
            ids += [signal.id for signal in leaf.matching(facts)[: leaf.times]]
        elif isinstance(leaf, HostCriterion) and answer(leaf, facts).evidence:
            ids += answer(leaf, facts).evidence
        else:
            ids += [facts.current[name].id for name in leaf.topics if name in facts.current]
    return tuple(dict.fromkeys(id_ for id_ in ids if id_ is not None))


def disputed(rule, facts):
    """Give the topics, among those that were read, on which sources disagree."""
    named = []
    for leaf in resting(rule, facts):
        if not (isinstance(leaf, HostCriterion) and answer(leaf, facts).evidence):
            named += [name for name in leaf.topics if name in facts.current and name in facts.disputed]
    return tuple(dict.fromkeys(named))


def good_until(rule, facts):
    """Give the first instant at which it could change: try each end of a part in turn."""
    if not rule.parts:
        return min((end for end in ends(rule, facts) if end is not None), default=None)
    own = truth(rule, facts)
    untils = [(truth(part, facts), good_until(part, facts)) for part in rule.parts]
    if own is UNKNOWN or isinstance(rule, (Weighted, Named, Not)):
        return min((until for _, until in untils if until is not None), default=None)
    need = rule.need if own is YES else len(untils) - rule.need + 1
    deciding = [until for code, until in untils if code is own]
    for end in sorted(until for until in deciding if until is not None):
        if sum(until is None or until > end for until in deciding) < need:
            return end
    return None


def ends(leaf, facts):
    """Give the instants at which a leaf could change: its evidence goes stale, a window opens or closes."""
    if isinstance(leaf, Heard):
        counted = leaf.matching(facts)
        if len(counted) >= leaf.times and leaf.last is not None:
            yield counted[leaf.times - 1].at + leaf.last
        return
    for name in leaf.topics:
        if name in facts:
            yield facts.good_until(name)
    if isinstance(leaf, HostCriterion):
        yield answer(leaf, facts).good_until
    elif leaf.operator in {"within", "due"} and KINDS.get(type(facts.get(leaf.topic))) in {"date", "instant"}:
        value = facts[leaf.topic]
        if not isinstance(value, datetime):
            value = datetime.combine(value, time(), tzinfo=NOW.tzinfo)
        edges = (value, value + leaf.value) if leaf.operator == "within" else (value - leaf.value, value)
        yield from (edge for edge in edges if edge > facts.at)


def faulty(rule, facts):
    """Give what goes wrong, leaf by leaf at each place where it stands, then what no topic lists."""
    wrong = [one for leaf in _places(rule) for one in _wrong(leaf, facts)]
    return wrong + [(name, "unreadable") for name in rule.topics if name in facts.unreadable]


def _places(rule):
    return [leaf for part in rule.parts for leaf in _places(part)] if rule.parts else [rule]


def _wrong(leaf, facts):
    if isinstance(leaf, HostCriterion):
        if leaf.name == "breaks":
            yield leaf.name, "ValueError"
    elif isinstance(leaf, Atom) and leaf.kind is not None and truth(leaf, facts) is UNKNOWN:
        value = facts.get(leaf.topic)
        if value is not None and not isinstance(value, (bool, Truth)):
            yield str(leaf), "unreadable"


# -- what can be judged -----------------------------------------------------------------------------------


@criterion(uses="n", version="1")
def reads(facts):
    """Answer by a fact, or stop where it is not known."""
    return facts["n"] > 2 if isinstance(facts["n"], int) else None


@criterion(uses=("w", "t"), version="1")
def doubts(facts):
    """Give no answer."""


@criterion(uses=("m", "t"), version="1")
def rates(facts):
    """Answer with a verdict that names evidence of its own, and until when it holds."""
    until = facts.at + timedelta(hours=5)
    return Verdict("t" in facts, evidence=["own/1", "ana/m"], good_until=until, score=0.5)


@criterion(uses=("m", "s"), version="1")
def wonders(facts):
    """Answer with an open verdict that names no evidence."""
    return Verdict(None, missing=["s"], reason="who knows")


@criterion(uses="v", version="1")
def breaks(facts):
    """Raise."""
    raise ValueError("oh")


HOSTS = (reads, doubts, rates, wonders, breaks)


def criteria(max_leaves=8):
    """Random criteria of every kind of node, with hosts among their leaves."""
    plain = leaves()
    options = [plain, plain, plain, st.sampled_from(HOSTS), st.sampled_from(tuple(VALUES)).map(_known)]
    return without_hosts(max_leaves=max_leaves, leaf=st.one_of(options))


def _known(name):
    return Atom(name, "known")


WORDS = Vocabulary(
    Topic("n", fresh_for=timedelta(hours=3)), Topic("t", fresh_for=timedelta(hours=9)), Topic("w")
)
ODD = (None, UNKNOWN, YES, NO, True, False, "odd", 12)


@st.composite
def facts(draw):
    """Random Facts: some evidence ends, some has no id or shares one, some is of an odd kind or disputed."""
    current = []
    for name in VALUES:
        if draw(st.booleans()):
            value = draw(st.sampled_from((*VALUES[name], *VALUES[name], *ODD)))
            good_for = draw(st.sampled_from((None, None, timedelta(hours=2), timedelta(hours=7))))
            id_ = draw(st.sampled_from((f"ana/{name}", f"ana/{name}", None, "ana/one")))
            current.append(Evidence(name, value, at=NOW, good_for=good_for, id=id_))
    heard = draw(signals)
    names = st.sets(st.sampled_from(tuple(VALUES)), max_size=3)
    held = {entry.topic for entry in current}
    return Facts(
        at=NOW,
        vocabulary=draw(st.sampled_from((None, WORDS))),
        current=current,
        signals=heard,
        disputed=draw(names),
        unreadable=draw(names) - held,
    )
