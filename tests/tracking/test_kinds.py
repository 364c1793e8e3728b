from __future__ import annotations

import pytest

from loan_default.errors import InputError
from loan_default.tracking.kinds import kinds_of, model_of


@pytest.mark.parametrize(
    ("metadata", "kinds"),
    [
        (None, ()),
        ({"kedro-viz": {"layer": "models"}}, ()),
        ({"mlflow": "metrics"}, ("metrics",)),
        ({"mlflow": ["metrics", "artifact"]}, ("metrics", "artifact")),
    ],
)
def test_kinds_come_from_the_metadata(metadata: object, kinds: tuple[str, ...]) -> None:
    assert kinds_of("ann.metrics", metadata) == kinds


def test_unknown_kind_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"'ann.metrics' says `mlflow: figure`; allowed are metrics"):
        kinds_of("ann.metrics", {"mlflow": ["metrics", "figure"]})


@pytest.mark.parametrize(("name", "model"), [("ann.metrics", "ann"), ("model_input", None)])
def test_model_is_the_namespace(name: str, model: str | None) -> None:
    assert model_of(name) == model
