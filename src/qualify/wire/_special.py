"""Where a class stands in JSON otherwise than its fields say: limits, names to be bound, rows of numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from qualify import _checks
from qualify._checks import nearest
from qualify.errors import InvalidType, InvalidValue, LimitError, QualifyError
from qualify.wire._kinds import Number, Rows
from qualify.wire._reading import BAD, Bound, Place, Reading, bounded, shown_name
from qualify.wire._shapes import Shape, shape_of

Values: TypeAlias = Callable[[tuple[type, ...]], Mapping[str, Shape]]


def topic(kind: type, values: Values) -> Shape:
    """A topic writes its question as the words alone."""
    return shape_of(kind, values, own={"question": str})


# -- what a stranger defines ------------------------------------------------------------------------


class _CriterionShape(Shape):
    """A criterion is no deeper and has no more nodes than the limits say."""

    def made(self, arguments: dict[str, Any], place: Place, reading: Reading) -> Any:
        made = super().made(arguments, place, reading)
        limits = reading.limits
        if made is BAD or (made.depth <= limits.criterion_depth and made.size <= limits.criterion_nodes):
            return made
        return reading.note(
            place,
            "criterion_limit",
            f"a criterion has at most {limits.criterion_nodes:,} nodes, {limits.criterion_depth} deep",
            found=f"{made.size:,} nodes, {made.depth} deep",
            kind=LimitError,
        )


def criterion(kind: type, values: Values) -> Shape:
    """A criterion is read like any class, within the limits."""
    return shape_of(kind, values, shape=_CriterionShape)


def weighted(kind: type, values: Values) -> Shape:
    """Weights are numbers of three kinds, of which Decimals are text."""
    own = {"weights": tuple[Number, ...], "bar": Number}
    return shape_of(kind, values, own=own, shape=_CriterionShape)


class _ChartShape(Shape):
    """A chart has no more states and transitions than the limits say."""

    def made(self, arguments: dict[str, Any], place: Place, reading: Reading) -> Any:
        limits = reading.limits
        if len(arguments.get("transitions", ())) > limits.transitions:
            return _too_large(place, reading)
        made = super().made(arguments, place, reading)
        if made is not BAD and len(made.state_names) > limits.states:
            return _too_large(place, reading)
        return made


def _too_large(place: Place, reading: Reading) -> Any:
    most = f"{reading.limits.states:,} states and {reading.limits.transitions:,} transitions"
    return reading.note(place, "chart_limit", f"a chart has at most {most}", found="more", kind=LimitError)


def chart(kind: type, values: Values) -> Shape:
    """A chart is read like any class, within the limits."""
    return shape_of(kind, values, shape=_ChartShape)


# -- what a document names and the host binds ---------------------------------------------------------


def bound(using: Iterable[object]) -> Bound:
    """Give what documents may refer to: host criteria by name, charts by fingerprint."""
    made = Bound({}, {})
    for one in using:
        match type(one).__name__:
            case "HostCriterion":
                if made.criteria.setdefault(one.name, one) != one:  # type: ignore[attr-defined]
                    raise InvalidValue(
                        "a name is bound once",
                        found=_checks.show(one.name),  # type: ignore[attr-defined]
                        where="wire.loads.using",
                    )
            case "Chart":
                made.charts[one.fingerprint] = one  # type: ignore[attr-defined]
            case kind:
                raise InvalidType("host criteria and charts are bound", found=kind, where="wire.loads.using")
    return made


class _HostShape(Shape):
    """A host criterion is named: name, version and topics; the function is the host's."""

    def made(self, arguments: dict[str, Any], place: Place, reading: Reading) -> Any:
        name, version = arguments["name"], arguments["version"]
        hosts = reading.using.criteria
        found = hosts.get(name)
        if found is None:
            return reading.note(
                (place, "name"),
                "unbound",
                "this host criterion is not bound",
                found=shown_name(name),
                allowed=f"pass it in using=; {nearest(name, hosts)}",
            )
        label = f"host criterion {shown_name(name)}"
        if found.version != version:
            return reading.note(
                (place, "version"),
                "bound_version",
                f"{label} is bound in another version",
                found=shown_name(version),
                allowed=f"bound is {shown_name(found.version)}",
            )
        if found.uses != arguments["uses"]:
            return reading.note(
                (place, "uses"),
                "bound_version",
                f"{label} is bound with other topics",
                found="other names",
                allowed=f"bound is one that uses {', '.join(found.uses) or 'none'}",
            )
        return found


def host_criterion(kind: type, values: Values) -> Shape:
    """A host criterion is bound by name, version and topics."""
    return shape_of(kind, values, shape=_HostShape)


def event(kind: type, values: Values) -> Shape:
    """What stands behind an event is a decision, or a person's word."""
    from qualify.models import Decision
    from qualify.stages import Override

    return shape_of(kind, values, own={"because": Decision | Override | None})


class _JourneyShape(Shape):
    """A journey is its events; the charts that rule it are bound by name, version and fingerprint."""

    def made(self, arguments: dict[str, Any], place: Place, reading: Reading) -> Any:
        from qualify.stages import SAAS

        events = arguments["events"]
        charts = {SAAS.fingerprint: SAAS, **reading.using.charts}
        ruling = [i for i, one in enumerate(events) if one.name in {"started", "restarted"}]
        rows: Place = (place, "events")
        chart = SAAS
        if ruling:
            details = events[ruling[-1]].details
            if isinstance(details.get("fingerprint"), str):
                chart = chart_named(
                    details, ((rows, ruling[-1]), "details"), reading, "the journey is ruled by"
                )
                if chart is BAD:
                    return BAD
        replay = self.kind.replay  # type: ignore[attr-defined]
        earlier = tuple(one for one in charts.values() if one is not chart)
        try:
            return replay(chart, arguments["subject"], events, earlier=earlier)
        except QualifyError as error:
            at = _first_bad(lambda part: replay(chart, arguments["subject"], part, earlier=earlier), events)
            return reading.note(
                rows if len(ruling) != 1 or at == 0 else (rows, at),
                "invalid",
                bounded(error.asked),
                allowed=bounded(error.allowed),
            )


def chart_named(
    named: Mapping[str, Any], place: Place, reading: Reading, whose: str, key: str = "chart"
) -> Any:
    """Give the chart of this fingerprint; where none is bound, say by its name in `key` which is meant."""
    from qualify.stages import SAAS

    charts = {SAAS.fingerprint: SAAS, **reading.using.charts}
    found = charts.get(named["fingerprint"])
    if found is not None:
        return found
    name, version = str(named.get(key)), str(named.get("version"))
    same = [chart.version for chart in charts.values() if chart.name == name]
    label = f"{whose} chart {shown_name(name)}, version {shown_name(version)}"
    if same:
        return reading.note(
            (place, "fingerprint"),
            "chart_mismatch",
            f"{label}, and another chart of that name is bound",
            found="another fingerprint",
            allowed=f"bound are versions {', '.join(map(shown_name, same))}; pin, migrate, or refuse",
        )
    return reading.note(
        (place, key),
        "unbound",
        label,
        found="no such chart in using=",
        allowed="pass the chart in using=",
    )


def _first_bad(replay: Callable[[tuple[Any, ...]], object], events: tuple[Any, ...]) -> int:
    """Give the place of the first event that cannot be replayed; what spoils a part spoils a longer one."""
    good, bad = 0, len(events)
    while bad - good > 1:
        middle = (good + bad) // 2
        try:
            replay(events[:middle])
        except QualifyError:
            bad = middle
        else:
            good = middle
    return good


def journey(kind: type, values: Values) -> Shape:
    """A journey is read as rows, and replayed."""
    from qualify.stages import Event

    return shape_of(kind, values, shape=_JourneyShape, hints={"subject": str, "events": Rows[Event]})
