"""Draws docs/reference/saas-chart.md from the table itself; run it when the chart has changed."""

from __future__ import annotations

from pathlib import Path

from qualify.stages import MEANINGS, SAAS

HEAD = """\
# The `SAAS` chart, drawn from its table

The chart that comes with the library, for software sold by subscription: a subject is a prospect or a
customer, and beside that she may or may not be written to. Nothing is terminal: every state can be left, and
what can be true is never refused for being out of order. This page is drawn from the value, and a test
compares them.

```python
>>> from qualify.stages import SAAS
>>> SAAS
<Chart 'saas' version '1': 17 states, 33 transitions>
>>> SAAS.check()
()

```

"""


def page() -> str:
    """Give the page."""
    states = "\n".join(f"| `{name}` | {MEANINGS[name]} |" for name in SAAS.state_names)
    events = "\n".join(f"| `{name}` | {MEANINGS[name]} |" for name in SAAS.events)
    return f"""{HEAD}## What the words mean

| state | meaning |
|---|---|
{states}

| event | meaning |
|---|---|
{events}

## The table

Inner states are asked before those around them; `(stays)` means that the event is taken and nothing moves.

```text
{SAAS.to_text()}```

## The moves

Every arrow begins in an innermost state. What is taken and moves nothing is not drawn.

```mermaid
{SAAS.to_mermaid()}```
"""


if __name__ == "__main__":
    Path(__file__).with_name("reference").joinpath("saas-chart.md").write_text(page(), encoding="utf-8")
