from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from loan_default.validation_messages import describe_clashes, describe_faults


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Amount(Strict):
    kind: Literal["amount"]
    minimum: float | None = None


class Category(Strict):
    kind: Literal["category"]
    spellings: dict[str, str] = {}


class Book(Strict):
    name: str
    share: float = Field(default=0.5, ge=0, le=1)
    columns: dict[str, Annotated[Amount | Category, Field(discriminator="kind")]] = {}
    layers: tuple[Amount, ...] = ()

    @field_validator("name")
    @classmethod
    def _is_lower(cls, name: str) -> str:
        if name != name.lower():
            raise ValueError("Write the name in lower case")
        return name


def faults(**values: Any) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        Book.model_validate(values)
    return describe_faults("portfolio", Book, caught.value)


def test_each_fault_names_key_value_and_what_is_allowed() -> None:
    assert faults(name="a", share=2) == ["portfolio.share = 2: input should be less than or equal to 1."]
    assert faults() == ["portfolio.name is missing; it has no default."]
    assert faults(name="A") == ["portfolio.name = 'A': write the name in lower case."]


def test_unknown_key_gets_the_likely_one_and_all_allowed() -> None:
    assert faults(name="a", shares=0.1) == [
        "portfolio.shares = 0.1: there is no such key. Did you mean 'share'? "
        "Allowed keys: columns, layers, name, share."
    ]


def test_unknown_key_below_a_union_in_a_dict() -> None:
    (line,) = faults(name="a", columns={"income": {"kind": "amount", "minimun": 1}})
    assert line.startswith("portfolio.columns.income.minimun = 1: there is no such key.")
    assert "Did you mean 'minimum'?" in line


def test_key_of_another_kind_says_which_kind_to_set_first() -> None:
    (line,) = faults(name="a", columns={"income": {"kind": "amount", "spellings": {}}})
    assert line == (
        "portfolio.columns.income.spellings = {}: there is no such key. It is a key of kind category: set "
        "portfolio.columns.income.kind first. Allowed keys: kind, minimum."
    )


def test_unknown_key_below_a_tuple() -> None:
    (line,) = faults(name="a", layers=[{"kind": "amount", "maximum": 1}])
    assert line.endswith("Allowed keys: kind, minimum.")
    assert line.startswith("portfolio.layers.0.maximum = 1")


def test_several_faults_are_several_lines() -> None:
    assert len(faults(share=2, other=1)) == 3


def test_a_list_for_a_mapping_and_a_mapping_for_a_list_are_clashes_and_nothing_else_is() -> None:
    base = {"leaks": {"allow": {}, "max": 0.8}, "names": ["a"], "seed": 1}
    mine = {"leaks": {"allow": {"grade": "it is the price"}}, "other": [1]}
    for harmless in ({"leaks": 3}, {"names": "a"}, {"names": ["b", "c"]}, {"seed": [1]}, {"new": {"a": 1}}):
        assert describe_clashes([("base", base), ("mine", mine), ("--params", harmless)]) == []
    wrong = {"leaks": {"allow": ["grade"]}, "names": {"a": 1}, "other": {"b": 2}}
    assert describe_clashes([("base", base), ("mine", mine), ("--params", wrong)]) == [
        "leaks.allow = ['grade'] in --params: as in base, it must be a mapping, such as "
        "leaks.allow.KEY=VALUE, not a list.",
        "names = {'a': 1} in --params: as in base, it must be a list, such as names=[a], not keys below it.",
        "other = {'b': 2} in --params: as in mine, it must be a list, such as other=[a], not keys below it.",
    ]
