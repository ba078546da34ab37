"""Facts about the ready playbook and the made-up history."""

from __future__ import annotations

from collections import Counter

import pytest

from qualify import playbooks
from qualify.models import Decision
from qualify.playbooks import saas, sample
from qualify.scales import CSAT, ESAT, NPS
from qualify.truth import Truth

LIVES = list(zip(sample().journeys, sample().leads, strict=True))


def test_the_sample_is_made_once_and_is_the_same():
    """The same half-year comes out every time."""
    assert sample() is sample()
    assert saas() == sample().playbook


def test_every_lead_has_her_journey():
    """Leads and journeys stand in the same order, under the same id."""
    assert [journey.subject for journey, _ in LIVES] == [lead.id for _, lead in LIVES]
    assert len({lead.id for _, lead in LIVES}) == len(LIVES)


def test_no_fact_of_the_world_is_refused_in_the_sample():
    """What can be true is never out of order."""
    assert [] == [str(step) for journey, _ in LIVES for step in journey.steps if step.refused]


@pytest.mark.parametrize(("journey", "lead"), LIVES, ids=[lead.id for _, lead in LIVES])
def test_each_stored_decision_of_the_sample_comes_out_again(journey, lead):
    """The decisions were made by the playbook, and recompute."""
    versions = [v for v, event in enumerate(journey.events, start=1) if isinstance(event.because, Decision)]
    assert versions
    assert {Truth.YES} == {saas().recompute(journey, lead, version=v).agrees for v in versions}


def test_the_sample_shows_every_action():
    """Somebody is sold to, somebody asked, nurtured, declined and served."""
    actions = Counter(
        saas().turn(journey, lead, at=sample().at).decision.action.name for journey, lead in LIVES
    )
    assert {"SELL", "DISCOVER", "NURTURE", "DISQUALIFY", "SERVE"} == set(actions)


def test_the_answers_are_on_their_scales():
    """Each survey has answers of its own, and some who did not answer."""
    counts = {scale.name: len(sample().answers(scale)) for scale in (NPS, CSAT, ESAT)}
    assert {"NPS": 20, "CSAT": 15, "ESAT": 9} == counts
    assert all(None in sample().answers(scale) for scale in (NPS, CSAT, ESAT))


def test_who_answered_as_a_customer_is_in_the_history():
    """No answer comes from nowhere."""
    known = {lead.id for _, lead in LIVES}
    assert {one.by for one in sample().surveys if one.scale in (NPS, CSAT)} <= known


def test_the_sample_is_a_cohort_too():
    """The same leads stand as columns, as of the same instant."""
    cohort = sample().cohort
    assert len(LIVES) == len(cohort)


def test_every_topic_of_a_question_can_be_asked():
    """Each topic that a criterion reads has words of its own."""
    for criterion in saas().criteria.values():
        for name in criterion.topics:
            assert not str(saas().vocabulary[name].question).startswith("What is known about")


def test_the_room_lists_its_names():
    """`dir` gives the public names, sorted."""
    assert sorted(playbooks.__all__) == playbooks.__dir__()
