"""A chart as SCXML text, and the same subset of SCXML read back.

What belongs here: the two ways, kept side by side so that what goes out comes in equal. What does not:
data, scripts, executable content, `<invoke>`: an error names the element and its place.

Answers are told to another engine as the event's data, deadlines as a delayed send that the exit
cancels, so that the text means the same there. The one attribute of our own is the chart's version.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from qualify import _checks
from qualify.errors import DefinitionError, InvalidType
from qualify.stages._parts import History, State, Transition
from qualify.truth import Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qualify.stages._chart import Chart

SCXML = "http://www.w3.org/2005/07/scxml"
OURS = "urn:qualify:stages"
MAX_TEXT = 4_194_304  # characters: more than 10,000 transitions need
MAX_ELEMENTS = 64  # elements inside elements
_TIMER = "after"


# Out


def write(chart: Chart) -> str:
    """Give a chart as an SCXML document."""
    model = "ecmascript" if chart.questions() else "null"
    head = f'<scxml xmlns="{SCXML}" xmlns:q="{OURS}" version="1.0" datamodel="{model}"'
    head += f' name="{chart.name}" q:version={quoteattr(chart.version)}'
    if chart.initial:
        head += f' initial="{" ".join(chart.initial)}"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"{head}>"]
    shift = "  "
    if chart.parallel:
        lines.append("  <parallel>")
        shift = "    "
    for part in chart.states:
        lines.extend(_part(chart, part, shift))
    if chart.parallel:
        lines.append("  </parallel>")
    return "\n".join([*lines, "</scxml>", ""])


def _part(chart: Chart, part: State | History, shift: str) -> Iterator[str]:
    tree = chart._tree
    if isinstance(part, History):
        kind = "deep" if part.deep else "shallow"
        goals = " ".join(tree.names[n] for n in tree.initials[tree.index[part.name]])
        implied = "" if part.default else ' q:implied="true"'
        yield f'{shift}<history id="{part.name}" type="{kind}">'
        yield f'{shift}  <transition target="{goals}"{implied}/>'
        yield f"{shift}</history>"
        return
    tag = "parallel" if part.parallel else "state"
    head = f'{shift}<{tag} id="{part.name}"'
    if part.initial:
        head += f' initial="{" ".join(part.initial)}"'
    edges = [edge for edge in tree.edges if edge.source == tree.index[part.name]]
    timers = {edge.order: f"{_TIMER}.{part.name}.{n}" for n, edge in enumerate(e for e in edges if e.after)}
    inner = [
        *(line for edge in edges if edge.after for line in _timer(timers[edge.order], edge.after, shift)),
        *(_transition(edge.written, timers.get(edge.order), shift) for edge in edges),
        *(line for child in part.states for line in _part(chart, child, f"{shift}  ")),
    ]
    if not inner:
        yield f"{head}/>"
        return
    yield f"{head}>"
    yield from inner
    yield f"{shift}</{tag}>"


def _timer(name: str, after: timedelta, shift: str) -> Iterator[str]:
    seconds = f"{after.days * 86_400 + after.seconds}"
    micros = f".{after.microseconds:06d}".rstrip("0") if after.microseconds else ""
    send = f'<send id="{name}" event="{name}" delay="{seconds}{micros}s"/>'
    yield f"{shift}  <onentry>{send}</onentry>"
    yield f'{shift}  <onexit><cancel sendid="{name}"/></onexit>'


def _transition(written: Transition, timer: str | None, shift: str) -> str:
    words = [f"{shift}  <transition"]
    events = timer or " ".join(written.on)
    if events:
        words.append(f'event="{events}"')
    conditions = []
    if written.inside:
        conditions.append(" || ".join(f"In('{name}')" for name in written.inside))
    for question, needed in written.when.items():
        truths = ",".join(f"'{truth.name}'" for truth in needed)
        conditions.append(f"[{truths}].includes((_event.data ?? {{}})['{question}'] ?? 'UNKNOWN')")
    if conditions:
        joined = conditions[0] if len(conditions) == 1 else " && ".join(f"({text})" for text in conditions)
        words.append(f'cond="{escape(joined)}"')
    if written.to:
        words.append(f'target="{" ".join(written.to)}"')
    if written.internal:
        words.append('type="internal"')
    return " ".join(words) + "/>"


# In


_IN = re.compile(r"In\('([\w:.\-]+)'\)")
_ASKED = re.compile(
    r"\[('[A-Z]+'(?:,'[A-Z]+')*)\]\.includes\(\(_event\.data \?\? \{\}\)\['([\w:.\-]+)'\] \?\? 'UNKNOWN'\)"
)
_DELAY = re.compile(r"(\d{1,12})(?:\.(\d{1,6}))?(s|ms)")
_KNOWN = {
    "scxml": {"name", "version", "initial", "datamodel", "binding"},
    "state": {"id", "initial"},
    "parallel": {"id"},
    "final": {"id"},
    "history": {"id", "type"},
    "initial": set(),
    "transition": {"event", "target", "cond", "type"},
    "onentry": set(),
    "onexit": set(),
    "send": {"id", "event", "delay"},
    "cancel": {"sendid"},
}
_INSIDE = {
    "scxml": {"state", "parallel", "final", "initial"},
    "state": {"state", "parallel", "final", "history", "initial", "transition", "onentry", "onexit"},
    "parallel": {"state", "parallel", "history", "transition", "onentry", "onexit"},
    "final": set(),
    "history": {"transition"},
    "initial": {"transition"},
    "transition": set(),
    "onentry": {"send"},
    "onexit": {"cancel"},
    "send": set(),
    "cancel": set(),
}


class Read:
    """What a document says, ready for `Chart(...)`."""

    def __init__(self) -> None:
        self.name = "chart"
        self.version = "1"
        self.initial: tuple[str, ...]
        self.parallel = False
        self.states: tuple[State | History, ...]
        self.transitions: list[Transition] = []


def read(text: str) -> Read:
    """Read an SCXML document; anything outside the subset is an error that names the element."""
    if not isinstance(text, str):
        raise InvalidType("SCXML is text", found=_checks.kind_of(text), where="from_scxml")
    reader = _Reader()
    reader.parse(_checks.text(text, "from_scxml", limit=MAX_TEXT))
    return reader.read


class _Element:
    """One open element with what was read inside it."""

    def __init__(self, tag: str, given: dict[str, str], ours: dict[str, str], line: int) -> None:
        self.tag = tag
        self.given = given
        self.ours = ours
        self.line = line
        self.states: list[State | History] = []
        self.transitions: list[_Element] = []
        self.initial: tuple[str, ...] = ()
        self.timers: dict[str, timedelta] = {}
        self.cancels: set[str] = set()

    def __str__(self) -> str:
        name = self.given.get("id") or self.given.get("name")
        return f"<{self.tag} {name}>" if name else f"<{self.tag}>"


class _Reader:
    """Builds states as their elements close, so that no depth of nesting meets the recursion limit."""

    def __init__(self) -> None:
        self.read = Read()
        self.open: list[_Element] = []
        self.unnamed = 0
        self.events: set[str] = set()
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.begin
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        self.parser.StartDoctypeDeclHandler = self.doctype

    def parse(self, text: str) -> None:
        try:
            self.parser.Parse(text, True)  # noqa: FBT003 - expat's own signature
        except expat.ExpatError as error:
            reason = expat.errors.messages[error.code]
            raise DefinitionError(
                f"this is not XML: {reason}", where=f"from_scxml, line {error.lineno}"
            ) from None

    def fail(self, asked: str, found: str, *, allowed: str = "", inner: _Element | None = None) -> NoReturn:
        """Name the way to the element; `inner` is one inside it that has closed already."""
        way = [str(element) for element in (*self.open, *([inner] if inner else []))]
        line = inner.line if inner else self.parser.CurrentLineNumber
        place = " > ".join(way if len(way) <= 8 else [*way[:4], "…", *way[-4:]])  # noqa: PLR2004 - one line
        raise DefinitionError(
            asked,
            found=found,
            allowed=allowed,
            where=f"from_scxml, line {line}{': ' if place else ''}{place}",
        )

    def doctype(self, name: str, *_: object) -> None:
        self.fail("a DTD is not read", f"<!DOCTYPE {name[:40]}>")

    def text(self, text: str) -> None:
        if text.strip():
            self.fail("text between elements is not read", _checks.show(text.strip()))

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if space not in (SCXML, ""):
            self.fail("an element of another namespace is not read", f"<{tag[:40]}>")
        if len(self.open) >= MAX_ELEMENTS:
            self.fail(f"elements are nested at most {MAX_ELEMENTS} deep", f"<{tag[:40]}>")
        allowed = _INSIDE[self.open[-1].tag] if self.open else {"scxml"}
        if tag not in allowed:
            known = f"allowed here: {', '.join(sorted(allowed))}" if allowed else "nothing is allowed here"
            self.fail("this element is outside the subset that is read", f"<{tag[:40]}>", allowed=known)
        given: dict[str, str] = {}
        ours: dict[str, str] = {}
        for key, value in attributes.items():
            space, _, attribute = key.rpartition(" ")
            if space == OURS:
                ours[attribute] = value
            elif not space and attribute not in _KNOWN[tag]:
                self.fail(
                    f"this attribute of <{tag}> is outside the subset that is read", _checks.show(attribute)
                )
            elif not space:
                given[attribute] = value
        self.open.append(_Element(tag, given, ours, self.parser.CurrentLineNumber))

    def end(self, _name: str) -> None:
        element = self.open[-1]
        getattr(self, f"end_{element.tag}")(element)
        self.open.pop()

    def around(self) -> _Element:
        return self.open[-2]

    def end_scxml(self, element: _Element) -> None:
        read = self.read
        read.name = element.given.get("name", read.name)
        read.version = element.ours.get("version", read.version)
        read.initial = tuple(element.given.get("initial", "").split()) or element.initial
        read.states = tuple(element.states)
        for event in sorted(self.events):
            parts = event.split(".")
            prefixes = {".".join(parts[:n]) for n in range(1, len(parts))} & self.events
            if prefixes:
                self.fail(
                    "an event that is a prefix of another matches both in SCXML; here it is matched whole",
                    f"{min(prefixes)} and {event}",
                )

    def end_state(self, element: _Element) -> None:
        start = tuple(element.given.get("initial", "").split()) or element.initial
        state = State(self.named(element), *element.states, initial=start)
        self.lay(element, state)

    end_final = end_state

    def end_parallel(self, element: _Element) -> None:
        around = self.around()
        nameless = "id" not in element.given and not element.transitions
        if around.tag == "scxml" and nameless and not around.states:
            self.read.parallel = True
            around.states.extend(element.states)
            return
        self.lay(element, State(self.named(element), *element.states, parallel=True))

    def named(self, element: _Element) -> str:
        name = element.given.get("id")
        if name is None:
            self.unnamed += 1
            name = f"{element.tag}.{self.unnamed}"
        return name

    def lay(self, element: _Element, state: State) -> None:
        if self.read.parallel and self.around().tag == "scxml":
            self.fail("nothing stands beside a parallel root without an id", str(element))
        self.around().states.append(state)
        for inner in element.transitions:
            self.read.transitions.append(self.transition(inner, state.name, element))
        if set(element.timers) != element.cancels:
            self.fail(
                "a delayed send is read as a deadline if the exit cancels it",
                ", ".join(sorted(set(element.timers) ^ element.cancels)),
            )

    def end_history(self, element: _Element) -> None:
        kind = element.given.get("type", "shallow")
        if kind not in ("shallow", "deep"):
            self.fail("a history is shallow or deep", _checks.show(kind))
        default: tuple[str, ...] = ()
        for inner in element.transitions:
            if "implied" not in inner.ours:
                default = self.plain_target(inner)
        self.around().states.append(History(self.named(element), deep=kind == "deep", default=default))

    def end_initial(self, element: _Element) -> None:
        for inner in element.transitions:
            self.around().initial = self.plain_target(inner)

    def plain_target(self, element: _Element) -> tuple[str, ...]:
        if "event" in element.given or "cond" in element.given:
            self.fail("this transition has a target alone", str(sorted(element.given)), inner=element)
        return tuple(element.given.get("target", "").split())

    def end_transition(self, element: _Element) -> None:
        self.around().transitions.append(element)

    def end_onentry(self, element: _Element) -> None:
        self.around().timers.update(element.timers)

    def end_onexit(self, element: _Element) -> None:
        self.around().cancels.update(element.cancels)

    def end_send(self, element: _Element) -> None:
        given = element.given
        delay = _DELAY.fullmatch(given.get("delay", ""))
        if delay is None or not given.get("id") or given["id"] != given.get("event"):
            self.fail(
                "this element is outside the subset that is read",
                "<send>",
                allowed="a deadline is a delayed send whose id is its event",
            )
        whole, part, unit = delay.groups()
        micros = int(whole) * 1_000_000 + int((part or "0").ljust(6, "0"))
        self.around().timers[given["id"]] = timedelta(microseconds=micros if unit == "s" else micros / 1_000)

    def end_cancel(self, element: _Element) -> None:
        self.around().cancels.add(element.given.get("sendid", ""))

    def transition(self, element: _Element, source: str, state: _Element) -> Transition:
        given = element.given
        kind = given.get("type", "external")
        if kind not in ("internal", "external"):
            self.fail("a transition is internal or external", _checks.show(kind), inner=element)
        events = tuple(given.get("event", "").split())
        after = state.timers.get(events[0]) if len(events) == 1 else None
        if after is None:
            for event in events:
                if "*" in event or event.endswith(".") or event.startswith(("done.", "error.")):
                    self.fail(
                        "events are matched whole, and come from outside", _checks.show(event), inner=element
                    )
            self.events.update(events)
        inside, when = self.condition(element)
        return Transition(
            source,
            on=() if after is not None else events,
            to=tuple(given.get("target", "").split()),
            when=when,
            inside=inside,
            after=after,
            internal=kind == "internal",
        )

    def condition(self, element: _Element) -> tuple[tuple[str, ...], dict[str, tuple[Truth, ...]]]:
        text = element.given.get("cond")
        inside: tuple[str, ...] = ()
        when: dict[str, tuple[Truth, ...]] = {}
        terms = [] if text is None else [term.strip() for term in text.split(" && ")]
        for term in terms:
            bare = term[1:-1] if len(terms) > 1 and term.startswith("(") else term
            places = [_IN.fullmatch(part.strip()) for part in bare.split("||")]
            asked = _ASKED.fullmatch(bare)
            if not inside and all(places):
                inside = tuple(place[1] for place in places if place)
            elif asked is not None and asked[2] not in when and _truths(asked[1]):
                when[asked[2]] = _truths(asked[1])
            else:
                self.fail(
                    "this condition is outside the subset that is read",
                    _checks.show(text),
                    allowed="In('a') || In('b'), and answers in the form that to_scxml writes",
                    inner=element,
                )
        return inside, when


def _truths(text: str) -> tuple[Truth, ...]:
    names = [part.strip("'") for part in text.split(",")]
    return tuple(Truth[name] for name in names) if all(n in Truth.__members__ for n in names) else ()
