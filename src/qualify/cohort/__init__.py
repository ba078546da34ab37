"""Many leads and journeys as columns: `Cohort`, and how tables and exported histories become one.

What belongs here turns leads, journeys and tables into columns and back; what judges, decides or counts
does not.
"""

from __future__ import annotations

from qualify.cohort._binding import Binding
from qualify.cohort._cohort import Cohort
from qualify.cohort._field import Field
from qualify.cohort._journeys import Imported, journeys_from_rows
from qualify.cohort._reading import BadRow

__all__ = ["BadRow", "Binding", "Cohort", "Field", "Imported", "journeys_from_rows"]


def __dir__() -> list[str]:
    return sorted(__all__)
