"""`SurveyResponse`: one answer on a stated scale, or none."""

from __future__ import annotations

from datetime import datetime

import attrs

from qualify import _checks
from qualify._maps import Value
from qualify.errors import InvalidType
from qualify.models._evidence import learned
from qualify.scales import Scale


@attrs.frozen(init=False)
class SurveyResponse(Value):
    """An answer on a `scale`; None says that she was asked and did not answer.

    >>> from datetime import datetime, timezone
    >>> from qualify.scales import NPS
    >>> SurveyResponse(NPS, 9, at=datetime(2026, 5, 3, tzinfo=timezone.utc), by="p-1").answer
    9
    """

    scale: Scale
    answer: int | None
    at: datetime
    known_at: datetime
    by: str | None = None
    about: str | None = None
    id: str | None = None

    def __init__(
        self,
        scale: Scale,
        answer: int | None,
        *,
        at: datetime,
        known_at: datetime | None = None,
        by: str | None = None,
        about: str | None = None,
        id: str | None = None,
    ) -> None:
        if not isinstance(scale, Scale):
            raise InvalidType(
                "a survey needs its scale",
                found=_checks.kind_of(scale),
                allowed="take one of qualify.scales",
                where="SurveyResponse.scale",
            )
        so, known = learned(at, known_at, "SurveyResponse")
        self.__attrs_init__(
            scale=scale,
            answer=None if answer is None else scale.check(answer, "SurveyResponse.answer"),
            at=so,
            known_at=known,
            by=None if by is None else _checks.name(by, "SurveyResponse.by"),
            about=None if about is None else _checks.name(about, "SurveyResponse.about"),
            id=None if id is None else _checks.name(id, "SurveyResponse.id"),
        )
