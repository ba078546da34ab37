"""`SAAS`, the default chart: a subscription business, before the win and after it.

What belongs here: the table, and what its words mean. What does not: when to say them.
"""

from __future__ import annotations

from qualify.stages._chart import Chart
from qualify.stages._parts import State, Transition
from qualify.truth import Truth

_DECISIONS = ("sell", "discover", "nurture", "disqualify")
_MAY_CONTACT = ("not_asked", "contactable")

SAAS = Chart(
    "saas",
    State(
        "relationship",
        State(
            "prospect",
            State("engaged"),
            State("discovery"),
            State("nurturing"),
            State("sales_ready"),
            State("selling"),
            State("disqualified"),
            State("former"),
        ),
        State("customer", State("onboarding"), State("healthy"), State("at_risk")),
    ),
    State("consent", State("not_asked"), State("contactable"), State("do_not_contact")),
    parallel=True,
    version="1",
    transitions=(
        # Decisions move a prospect from anywhere to anywhere; where she already is, they are taken and stay.
        Transition("prospect", on="sell", to="sales_ready", inside=_MAY_CONTACT, internal=True),
        Transition("prospect", on="discover", to="discovery", internal=True),
        Transition("prospect", on="nurture", to="nurturing", internal=True),
        Transition("prospect", on="disqualify", to="disqualified", internal=True),
        Transition("sales_ready", on="sell"),
        Transition("discovery", on="discover"),
        Transition(("nurturing", "former"), on="nurture"),
        Transition("disqualified", on="disqualify"),
        # A decision never pulls a running deal: it is advice to the rep.
        Transition("selling", on=_DECISIONS),
        # Facts of the world, before the win.
        Transition("prospect", on="accepted", to="selling", internal=True),
        Transition("selling", on="accepted"),
        Transition(("sales_ready", "selling"), on="handed_back", to="engaged"),
        Transition("prospect", on=("declined", "lost"), to="nurturing", internal=True),
        Transition("nurturing", on=("declined", "lost")),
        Transition(("nurturing", "disqualified", "former"), on="returned", to="engaged"),
        Transition("prospect", on="returned"),
        Transition("prospect", on="won", to="onboarding"),
        # And after it.
        Transition("onboarding", on="onboarded", to="healthy"),
        Transition("customer", on="onboarded"),
        Transition("at_risk", on="reviewed", to="healthy", when={"healthy": Truth.YES}),
        Transition(("onboarding", "healthy"), on="reviewed", to="at_risk", when={"healthy": Truth.NO}),
        Transition("customer", on="reviewed"),
        Transition("customer", on=("renewed", "expanded", "won", "declined", "lost", "returned")),
        Transition("customer", on="cancelled", to="former"),
        # Consent.
        Transition("consent", on="opted_in", to="contactable", internal=True),
        Transition("contactable", on="opted_in"),
        Transition("consent", on="opted_out", to="do_not_contact", internal=True),
        Transition("do_not_contact", on="opted_out"),
    ),
)  # fmt: skip
"""The default chart, as data: two parallel regions, the relationship and the consent to be contacted.

>>> from datetime import datetime, timezone
>>> print(SAAS.start(at=datetime(2026, 5, 3, tzinfo=timezone.utc)))
engaged, not_asked
"""

MEANINGS = {
    "relationship": "what she is to us",
    "prospect": "she has not bought, or not any more",
    "engaged": "she did something: read a post, opened a mail, came back",
    "discovery": "we find out what we do not know",
    "nurturing": "not now: we stay useful, for as long as it takes",
    "sales_ready": "we can serve her meaningfully, now; a rep should take her",
    "selling": "a rep has taken her, and a deal is running",
    "disqualified": "the tempting one whom we would not serve well",
    "former": "she was a customer",
    "customer": "she has a subscription",
    "onboarding": "she has bought, and does not yet have what she bought it for",
    "healthy": "she has what she bought it for",
    "at_risk": "she may leave",
    "consent": "whether we may write to her",
    "not_asked": "nobody has asked her",
    "contactable": "she said yes",
    "do_not_contact": "she said no",
    "sell": "decision: a rep should take her",
    "discover": "decision: find out more",
    "nurture": "decision: not now",
    "disqualify": "decision: decline",
    "accepted": "a rep takes her",
    "handed_back": "the rep returns her: not ready after all",
    "declined": "she said no",
    "lost": "the deal went to a competitor, or into silence",
    "won": "she bought",
    "onboarded": "she has what she bought it for",
    "reviewed": "a turn looked at a customer, and says whether she is `healthy`",
    "renewed": "she stays for another term",
    "expanded": "she bought more",
    "cancelled": "she ended her subscription",
    "returned": "she came back by herself",
    "opted_in": "she said that we may write (the channel in `details`)",
    "opted_out": "she said that we may not",
}
"""What each state and each event of `SAAS` means, in one sentence."""
