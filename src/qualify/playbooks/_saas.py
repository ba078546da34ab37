"""The `saas` playbook: software sold by subscription, from the first signal past the win."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from qualify.criteria import Criterion, topic
from qualify.models import Topic, Vocabulary
from qualify.playbook import Playbook, Teach
from qualify.truth import Truth

_PROSPECT = "prospect"
_CUSTOMER = "customer"
LEAST_TEAM = 3  # people; fewer get little out of working together in one tool
LEAST_FIT = 3  # of 5; below it we would have to promise what we cannot keep
SATISFIED = 4  # of 5: the favourable answers of the scale
_TIMINGS = ("this month", "this quarter", "this year", "not now")

VOCABULARY = Vocabulary(
    Topic("person", "any", "Who is it?", cost=0),
    Topic("need", "any", "What would you like to do better?", fresh_for=timedelta(days=365), cost=0),
    Topic(
        "fit",
        "number",
        "How well could we meet this need, from 1 (not at all) to 5 (fully)?",
        fresh_for=timedelta(days=365),
        cost=15,
        values=(1, 2, 3, 4, 5),
    ),
    Topic("team_size", "number", "How many people would use it?", fresh_for=timedelta(days=180), cost=0),
    Topic(
        "timing",
        "text",
        "When would you like to start?",
        fresh_for=timedelta(days=90),
        cost=0,
        values=_TIMINGS,
    ),
    Topic("budget", "any", "Is there a budget for it?", fresh_for=timedelta(days=180), cost=5),
    Topic("authority", "any", "Who decides?", fresh_for=timedelta(days=180), cost=5),
    Topic(
        "satisfaction",
        "number",
        "How satisfied are you, from 1 (not at all) to 5 (very)?",
        fresh_for=timedelta(days=90),
        cost=0,
        values=(1, 2, 3, 4, 5),
    ),
    Topic("in_use", "boolean", "Has the team used it this month?", fresh_for=timedelta(days=45), cost=0),
    Topic(
        "further_need",
        "any",
        "What else would you like to do better?",
        fresh_for=timedelta(days=180),
        cost=0,
    ),
)

CRITERIA: dict[str, Criterion] = {
    # They have a need, we understand it, and we can meet it.
    "meaningful": (
        topic("person").exists()
        & topic("need").exists()
        & (topic("team_size") >= LEAST_TEAM)
        & (topic("fit") >= LEAST_FIT)
    ).named("meaningful"),
    "timely": topic("timing").one_of("this month", "this quarter").named("timely"),
    "healthy": ((topic("satisfaction") >= SATISFIED) & topic("in_use").is_true()).named("healthy"),
    # An open need beyond what she has.
    "growing": topic("further_need").exists().named("growing"),
}

TEACHES = (
    Teach("demo_request", "timing", "this month"),
    Teach("pricing_request", "timing", "this quarter"),
    Teach("declined", "timing", "not now", inside=_PROSPECT),
    Teach("lost", "timing", "not now", inside=_PROSPECT),
    Teach("cancelled", "timing", "not now"),
    Teach("handed_back", "timing", Truth.UNKNOWN),
    Teach("returned", "timing", Truth.UNKNOWN, inside=("nurturing", "disqualified", "former")),
    Teach("expanded", "further_need", Truth.NO, inside=_CUSTOMER),
    Teach("declined", "further_need", Truth.NO, inside=_CUSTOMER),
    Teach("lost", "further_need", Truth.NO, inside=_CUSTOMER),
    Teach("product_used", "in_use", value=True),
    Teach("complaint", "satisfaction", 2),
)


@cache
def saas() -> Playbook:
    """Give the playbook for software that is sold by subscription; replace in it what is yours.

    A prospect is asked who she is, what she needs, how many would use it and when; a person judges
    the fit. A customer is healthy while she is satisfied and uses it, and grows where she has a further
    need. What she does is heard on the same topics: a demo request says "this month", a no says "not now".

    >>> playbook = saas()
    >>> playbook.name, playbook.version, list(playbook.criteria)
    ('saas', '1', ['meaningful', 'timely', 'healthy', 'growing'])
    """
    return Playbook("saas", "1", VOCABULARY, CRITERIA, teaches=TEACHES)
