"""What hypothesis calls through its entry point, while it is itself being imported.

It imports nothing at the top, hypothesis least of all. Registered are the values of the rooms that load
no numpy; counts and estimates are registered with `qualify.testing.estimates`.
"""


def register() -> None:
    """Let `st.from_type` give our values, whichever of hypothesis and this library is imported first."""
    from qualify.testing._types import register_types

    register_types()
