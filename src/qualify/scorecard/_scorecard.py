"""`Scorecard`: the signs that qualification works, on one page.

What belongs here: the whole, YES, NO or UNKNOWN with its reasons, and the page. What does not: judging one
sign (`_sign`), the arithmetic (metrics), and changing the playbook, which a person does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from qualify import _checks
from qualify._maps import Value
from qualify.errors import InvalidType, InvalidValue
from qualify.metrics import Estimate
from qualify.metrics._counts import named_once
from qualify.metrics._print import per_cent, row
from qualify.scorecard._sign import MARKS, Sign, Target, cells, refuse_unreachable, sign_of
from qualify.truth import NO, UNKNOWN, YES, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable


@attrs.frozen(init=False, repr=False)
class Scorecard(Value):
    """Is our qualification working? Each sign by its interval against its target, and the whole with reasons.

    The whole is YES if every sign with a target is YES, NO if one is NO, else UNKNOWN. A sign without a
    target is shown and does not count. Where one sign is split by team or playbook version, every group
    counts. `withheld` is how many groups of employees were too small to be shown.

    >>> from qualify.metrics import Counts, nps, win_rate
    >>> card = Scorecard.of(
    ...     {"nps": Target(30)},
    ...     nps=nps(Counts("NPS", promoters=1436, passives=968, detractors=342)),
    ...     win_rate=win_rate(Counts("outcomes", yes=227, no=221)),
    ... )
    >>> print(card)
    Is our qualification working? YES
      nps       yes        +39.8 [+37.2, +42.4]     at least +30.0  n=2,746
      win_rate  no target  50.7 % [46.1 %, 55.3 %]                  n=448
    yes: nps reaches its target
    """

    truth: Truth
    reasons: tuple[str, ...]
    signs: tuple[Sign, ...]
    withheld: int = 0

    def __init__(self, signs: Iterable[Sign], *, withheld: int = 0) -> None:
        kept = tuple(signs)
        for sign in kept:
            if not isinstance(sign, Sign):
                raise InvalidType(
                    "a Sign is needed",
                    found=_checks.kind_of(sign),
                    allowed="write Scorecard.of(targets, nps=nps(...))",
                    where="Scorecard.signs",
                )
        judged = [sign for sign in kept if sign.truth is not None]
        truth = YES
        for sign in judged:
            assert sign.truth is not None  # noqa: S101 - for the type checker
            truth = truth & sign.truth
        if not judged:
            truth = UNKNOWN
        self.__attrs_init__(
            truth=truth,
            reasons=_reasons(truth, judged),
            signs=kept,
            withheld=_checks.whole(withheld, "withheld", least=0),
        )

    @classmethod
    def of(
        cls,
        targets: Mapping[str, Target],
        /,
        *,
        previous: Scorecard | None = None,
        min_group: int = 5,
        **estimates: Estimate | Mapping[Any, Estimate],
    ) -> Scorecard:
        """Make a scorecard of estimates by name; `previous` is the last period's, for the change.

        Args:
            targets: by the names of the estimates; a target without an estimate is an error, and so is one
                that no share or score can have, such as 30 for a share.
            previous: the scorecard of the last period.
            min_group: groups of fewer employees (`esat`, `enps`) are withheld and counted.
            estimates: of any metric: one value, or groups (`by=`), or a mapping of labels to one value each,
                for metrics that have no `by=`.

        Raises:
            InvalidType: what is no Target, Estimate or Scorecard, or groups under a label of a mapping.
            InvalidValue: a target out of reach, or a mapping that is empty or names a label twice.
            UnknownName: a target without an estimate.

        >>> from qualify.metrics import csat
        >>> Scorecard.of({"csat": Target(0.8)}, csat=csat([5, 4, 4, 2])).truth
        Truth.UNKNOWN
        """
        least = _checks.whole(min_group, "min_group", least=1)
        for name, target in targets.items():
            if not isinstance(target, Target):
                raise InvalidType(
                    "a Target is needed", found=_checks.kind_of(target), where=f"targets[{name!r}]"
                )
            if name not in estimates:
                raise _checks.unknown("sign", name, estimates, where="Scorecard targets")
        if previous is not None and not isinstance(previous, Scorecard):
            raise InvalidType(
                "the last period's Scorecard is needed",
                found=_checks.kind_of(previous),
                where="Scorecard.of previous",
            )
        before = {} if previous is None else {(s.name, s.group): s for s in previous.signs}
        signs, withheld = [], 0
        for name, estimate in estimates.items():
            for group, part in _parts(name, estimate):
                if name in targets:
                    refuse_unreachable(targets[name], part, f"targets[{name!r}]")
                if _is_small(part, least, group):
                    withheld += 1
                    continue
                signs.append(sign_of(name, group, part, targets.get(name), before.get((name, group))))
        return cls(signs, withheld=withheld)

    def __getitem__(self, name: str) -> tuple[Sign, ...]:
        """Give the signs of one name: one, or one for each group."""
        found = tuple(sign for sign in self.signs if sign.name == name)
        if not found:
            raise _checks.unknown("sign", name, {s.name for s in self.signs}, where="Scorecard")
        return found

    @property
    def joint_level(self) -> float:
        """How sure it is, at least, that all intervals with a target hold at once (Bonferroni)."""
        return max(0.0, 1 - sum(1 - s.estimate.confidence_level for s in self.signs if s.truth is not None))

    def to_text(self) -> str:
        """Give the page as plain text."""
        lines = [f"Is our qualification working? {self.truth.name}"]
        rows = [cells(sign) for sign in self.signs]
        widths = [max((len(line[i]) for line in rows), default=0) for i in range(5)]
        for line in rows:
            padded = (cell.ljust(width) for cell, width in zip(line[:5], widths, strict=True))
            lines.append(f"  {'  '.join([*padded, line[5]])}".rstrip())
        return "\n".join([*lines, *self._notes()])

    def to_markdown(self) -> str:
        """Give the page in Markdown."""
        lines = [
            f"**Is our qualification working? {self.truth.name}**",
            "",
            "| sign | reached | estimate | target | n | change |",
            "|---|---|---|---|--:|---|",
        ]
        for sign in self.signs:
            name, mark, value, target, n, change = cells(sign)
            lines.append(row(name, mark, value, target, n[2:], change))
        return "\n".join([*lines, "", *(f"- {note}" for note in self._notes())])

    def to_dict(self) -> dict[str, Any]:
        """Give plain Python values, ready for JSON."""
        return {
            "truth": self.truth.name,
            "reasons": list(self.reasons),
            "signs": [sign.to_dict() for sign in self.signs],
            "withheld": self.withheld,
            "joint_level": self.joint_level,
        }

    def _notes(self) -> list[str]:
        notes = list(self.reasons)
        judged = [sign for sign in self.signs if sign.truth is not None]
        if len(judged) > 1:
            notes.append(
                f"{len(judged)} intervals do not all hold at their own level at once: "
                f"together at {per_cent(round(self.joint_level, 4))} at least"
            )
        if self.withheld:
            plural = "s are" if self.withheld > 1 else " is"
            notes.append(f"{self.withheld} small group{plural} withheld, so that nobody is recognised")
        return notes

    def _canonical(self) -> dict[str, object]:
        return {"signs": self.signs, "withheld": self.withheld}

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return self.to_text()

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


def _parts(name: str, given: object) -> list[tuple[str | None, Estimate]]:
    """Give the groups of an estimate or of a mapping, or the estimate itself."""
    if isinstance(given, Mapping):
        if not given:
            raise InvalidValue("an Estimate for each label is needed", found="an empty mapping", where=name)
        named_once(map(_group, given), f"{name}, labels")
        return [(_group(label), _single(part, f"{name}[{label!r}]")) for label, part in given.items()]
    if isinstance(given, Estimate) and isinstance(given.value, np.ndarray):
        return [(_group(label), part) for label, part in given.items()]
    return [(None, _single(given, name))]


def _single(given: object, where: str) -> Estimate:
    """Give an estimate that is one value."""
    if not isinstance(given, Estimate):
        raise InvalidType("an Estimate is needed", found=_checks.kind_of(given), where=where)
    if isinstance(given.value, np.ndarray):
        raise InvalidType("one value for each label is needed", found=f"{len(given):,} groups", where=where)
    return given


def _group(label: object) -> str:
    """Give a label as text; the text "None" stands in quotes, beside the rows that have no label."""
    if isinstance(label, str) and label.strip("'") == "None":
        return f"'{label}'"
    return str(label)


def _is_small(part: Estimate, least: int, group: str | None) -> bool:
    """Tell whether a group of employees, whose counts alone withhold anything, is too small to be shown."""
    if group is None or part.counts is None or "withheld" not in part.counts:
        return False
    return bool(0 < part.n < least or (part.n == 0 and part.counts["withheld"]))


def _reasons(truth: Truth, judged: list[Sign]) -> tuple[str, ...]:
    """Say what decides: the misses, else what cannot be told, else that all is reached."""
    if not judged:
        return ("unknown: no sign has a target",)
    if truth is YES:
        names = ", ".join(sign.title for sign in judged)
        return (f"yes: {names} {'reach their targets' if len(judged) > 1 else 'reaches its target'}",)
    return tuple(
        f"{MARKS[wanted]}: {sign.title}: {sign.reason}"
        for wanted in (NO, UNKNOWN)
        for sign in judged
        if sign.truth is wanted
    )
