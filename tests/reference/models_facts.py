"""The slow, obvious twin of `Lead.facts`: one sentence of the rule, one line of code."""

from __future__ import annotations

from qualify.models import Evidence, Retraction
from qualify.truth import Truth


def known(lead, at, vocabulary, known_at=None):
    """Give {topic: value} of what is known, by reading the rule aloud."""
    seen_by = at if known_at is None else known_at
    seen = [entry for entry in lead.log if entry.at <= at and entry.known_at <= seen_by]
    retracted = {entry.id for entry in seen if isinstance(entry, Retraction)}
    facts = {}
    for topic in {entry.topic for entry in seen if isinstance(entry, Evidence)}:
        answers = [e for e in seen if isinstance(e, Evidence) and e.topic == topic and e.id not in retracted]
        answers = [e for e in answers if e.about in (None, lead.id)]
        if not answers:
            continue
        latest = max(answer.at for answer in answers)
        newest = [answer for answer in answers if answer.at == latest][-1]
        spans = [newest.good_for, vocabulary[topic].fresh_for if topic in vocabulary else None]
        stale = any(span is not None and at >= newest.at + span for span in spans)
        if not stale and not newest.erased and newest.value is not Truth.UNKNOWN:
            facts[topic] = newest.value
    return facts
