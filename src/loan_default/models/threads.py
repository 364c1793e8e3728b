"""How many CPU threads a training may use."""

from __future__ import annotations


def thread_count(setting: int | None) -> int:
    """Return the setting, or every core this process may use where it is None."""
    import joblib  # type: ignore[import-untyped]

    return setting or joblib.cpu_count()
