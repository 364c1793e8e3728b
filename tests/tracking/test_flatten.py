from __future__ import annotations

from pydantic import BaseModel

from loan_default.tracking.flatten import flatten, plain, shorten


class Inner(BaseModel):
    rate: float = 0.1


class Outer(BaseModel):
    inner: Inner = Inner()
    sizes: tuple[int, ...] = (1, 2)


def test_nested_dicts_and_models_get_dotted_keys() -> None:
    assert flatten({"a": {"b": 1, "c": {"d": None}}, "e": Outer()}) == {
        "a.b": 1,
        "a.c.d": None,
        "e.inner.rate": 0.1,
        "e.sizes": [1, 2],
    }


def test_empty_dict_stays_a_value() -> None:
    assert flatten({"a": {}}) == {"a": {}}


def test_characters_mlflow_refuses_become_underscores() -> None:
    assert flatten({"share < 1 %": {"a,b": 1}}) == {"share _ 1 _.a_b": 1}


def test_plain_reaches_models_in_lists() -> None:
    assert plain({1: [Inner()]}) == {"1": [{"rate": 0.1}]}


def test_shorten_marks_the_cut_and_keeps_the_limit() -> None:
    assert shorten("x" * 20, 20) == "x" * 20
    cut = shorten("x" * 21, 20)
    assert len(cut) == 20
    assert cut == "xxxxxxxxxx ... (cut)"
