"""A summary as it was stored: made again of lists, and held against its chart.

What belongs here: the way back from what `Summary._canonical` writes. What does not: adding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qualify import _arrays, _checks
from qualify._maps import Map
from qualify.errors import InvalidValue
from qualify.metrics import Counts
from qualify.metrics._counts import whole_numbers
from qualify.scorecard._pieces import has_deadlines, table_of

if TYPE_CHECKING:
    from qualify.scorecard._summary import Summary
    from qualify.stages import Chart


def places_of(chart: Chart) -> list[str]:
    """Give the configurations in which a piece may begin, each in words, in the order of the columns.

    >>> from qualify.stages import Chart, State
    >>> places_of(Chart("c", State("a"), State("b")))
    ['a']
    """
    if has_deadlines(chart):
        return ["anywhere"]
    told = []
    for place in table_of(chart)._found.places:  # noqa: SLF001 - the table is all that is read
        tree = place.machine.tree
        histories = [f"{tree.names[n]}: {', '.join(tree.said(bits))}" for n, bits in place.memory]
        told.append("; ".join([", ".join(place.leaves), *histories]))
    return told


def summary_of(
    empty: Summary,
    *,
    places: Sequence[str],
    events: int,
    subjects: Sequence[str],
    maps: Sequence[Sequence[int]],
    won: Sequence[Sequence[int]],
    lost: Sequence[Sequence[int]],
    first: Sequence[int],
    last: Sequence[int],
    answers: Mapping[str, Counts],
) -> Summary:
    """Give the summary of these columns; `empty` brings the chart, and says which surveys there are."""
    own = places_of(empty.chart)
    if sorted(places) != sorted(own):
        raise InvalidValue("places are the configurations of the chart", where="Summary.places")
    if list(subjects) != sorted(set(subjects)):
        raise InvalidValue("subjects are sorted, each once", where="Summary.subjects")
    if answers.keys() != empty.answers.keys():
        raise InvalidValue(f"answers are {', '.join(empty.answers)}", where="Summary.answers")
    shape = (len(subjects), len(own))
    read = {
        name: whole_numbers(numbers, shape, f"Summary.{name}")
        for name, numbers in (("maps", maps), ("won", won), ("lost", lost))
    }
    most = max(len(own), 2) - 1  # with deadlines a map says whether an attempt is open
    if read["maps"].size and (
        read["maps"].max() > most or max(read["won"].max(), read["lost"].max()) >= 2**32
    ):
        raise InvalidValue("a piece ends in one of the places", where="Summary.maps")
    order = np.array([places.index(place) for place in own], np.intp)
    ends = read["maps"][:, order]
    if len(own) > 1:
        ends = np.argsort(order)[ends]  # the numbers of the places as they are now
    made: dict[str, Any] = {
        "maps": ends.astype(np.uint16),
        "won": read["won"][:, order].astype(np.uint32),
        "lost": read["lost"][:, order].astype(np.uint32),
        "first": _instants(first, len(subjects), "first"),
        "last": _instants(last, len(subjects), "last"),
    }
    return type(empty)(
        chart=empty.chart,
        selling=empty.selling,
        winning=empty.winning,
        events=_checks.whole(events, "Summary.events", least=0),
        subjects=_arrays.objects(list(subjects)),
        answers=Map(answers),
        **made,
    )


def _instants(values: Sequence[int], rows: int, name: str) -> Any:  # noqa: ANN401 - a column
    if len(values) != rows or any(abs(value) >= 2**62 for value in values):
        raise InvalidValue(f"{rows:,} instants in microseconds are needed", where=f"Summary.{name}")
    return np.array(values, np.int64)
