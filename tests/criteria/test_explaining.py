"""How a verdict reads, whole: one sentence, a tree of text, a list in Markdown."""

from __future__ import annotations

from textwrap import dedent

import pytest

from qualify.criteria import Verdict, all_of, any_of, at_least, criterion, heard, topic, weighted
from qualify.models import Facts
from reference.criteria_slow import NOW

A, B, C, D = (topic(name).exists() for name in "abcd")


@criterion(uses=("n", "size"), version="1")
def fits(facts):
    """A host's function of two topics."""
    return facts["n"] > facts["size"]


RULE = all_of(
    any_of(topic("n") >= 3, A),
    ~(topic("note") == "silence").named("silent"),
    at_least(2, A, B, C),
    at_least(1, D),
    weighted({A: 2, heard("demo"): -1.5}, bar=1),
    fits,
).named("ready")
KNOWN = Facts.of({"n": 4, "note": "call me", "c": "so", "a": None, "d": 0}, at=NOW)


def test_the_tree_shows_every_part_with_what_is_known():
    """Each group is called by what it needs, each leaf by its words, with hers beside it."""
    expected = """\
        NO  ready
        └─ NO  all of
           ├─ YES  any of
           │  ├─ YES  n >= 3 (n: 4)
           │  └─ UNKNOWN  a exists (a: no answer)
           ├─ YES  not
           │  └─ NO  silent
           │     └─ NO  note is 'silence' (note: 'call me')
           ├─ UNKNOWN  at least 2 of
           │  ├─ UNKNOWN  a exists (a: no answer)
           │  ├─ UNKNOWN  b exists (b: not known)
           │  └─ YES  c exists (c: 'so')
           ├─ NO  all of
           │  └─ NO  d exists (d: 0)
           ├─ UNKNOWN  a score of at least 1 from weights 2, -1.5
           │  ├─ UNKNOWN  a exists (a: no answer)
           │  └─ NO  heard demo
           └─ UNKNOWN  fits (n: 4; size: not known)"""
    assert dedent(expected) == RULE.judge(KNOWN).explain()


def test_the_tree_without_her_words():
    """Without words it shows the parts alone."""
    expected = """\
        YES  any of
        ├─ YES  n >= 3
        └─ UNKNOWN  a exists"""
    assert dedent(expected) == ((topic("n") >= 3) | A).judge(KNOWN).explain(words=False)


def test_the_list_in_markdown_shows_no_words_of_hers():
    """The truth and the reason, a blank line, and each part under its group, with markup escaped."""
    rule = all_of(topic("n") >= 3, ~topic("<b>_\\|").exists(), any_of(B, C).named("x`[y]* X"))
    expected = r"""
        **UNKNOWN** UNKNOWN because \<b\>\_\\\| is not known

        - **UNKNOWN** all of
          - **YES** n \>= 3
          - **UNKNOWN** not
            - **UNKNOWN** \<b\>\_\\\| exists
          - **YES** x\`\[y\]\* X
            - **YES** any of
              - **UNKNOWN** b exists
              - **YES** c exists"""
    assert dedent(expected).lstrip("\n") == rule.judge(KNOWN)._repr_markdown_()


def test_a_stored_verdict_is_one_line_in_markdown():
    """Where there are no Facts there is no list."""
    made = Verdict(True, reason="p > 0.5")
    assert r"**YES** p \> 0.5" == made._repr_markdown_()


@pytest.mark.parametrize(
    ("count", "names"),
    [
        (1, "t0 is not known"),
        (2, "t0 and t1 are not known"),
        (3, "t0, t1 and t2 are not known"),
        (5, "t0, t1, t2, t3 and t4 are not known"),
        (6, "t0, t1, t2, t3, t4 and 1 more are not known"),
        (9, "t0, t1, t2, t3, t4 and 4 more are not known"),
    ],
)
def test_a_reason_names_five_at_most(count, names):
    """Commas and one `and`, and how many more there are."""
    rule = at_least(1, *(topic(f"t{i}").exists() for i in range(count)))
    assert f"UNKNOWN because {names}" == rule.judge(KNOWN).reason


@pytest.mark.parametrize(
    ("parts", "last"), [(97, "- **YES** n exists"), (98, "and 1 more"), (199, "and 102 more")]
)
def test_a_list_in_markdown_has_a_hundred_lines(parts, last):
    """And one that says how many more there are."""
    rule = any_of([topic("n").exists()] * parts)
    rows = rule.judge(KNOWN)._repr_markdown_().splitlines()
    assert last == rows[-1].strip()
    assert 101 == len(rows) + (parts == 97)


@pytest.mark.parametrize(("lines", "last"), [(3, "└─ UNKNOWN  b exists (b: not known)"), (2, "and 1 more")])
def test_a_tree_has_as_many_lines_as_asked_for(lines, last):
    """And one that says how many more there are."""
    assert last == any_of(A, B).judge(KNOWN).explain(lines=lines).splitlines()[-1]
