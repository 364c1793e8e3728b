"""What a portfolio says about its model in service."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from loan_default.evaluation.risk_bands import POLICIES, Band, Policy


class _Setting(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ScaleSettings(_Setting):
    """Points for people: more points, less risk."""

    base_score: float = Field(default=600, description="Points of an application with the base odds.")
    base_odds: float = Field(
        default=50, gt=0, description="Loans paid for each default, where the base score is given."
    )
    points_to_double_odds: float = Field(default=20, gt=0, description="Points that double these odds.")


class BandSettings(_Setting):
    """One risk band, and what happens to the applications in it."""

    name: str = Field(min_length=1, description="Name for people.")
    up_to: float = Field(gt=0, le=1, description="Probability of default at which the next band begins.")
    policy: Policy = Field(description="What to do with its applications; refer: a person decides.")


class NotAbove(_Setting):
    """A contradiction: the first field is above the second, such as years in the job and of experience."""

    not_above: tuple[str, str] = Field(description="Two number or date fields; the first must not be above.")


class ReasonTexts(_Setting):
    """The words of a reason; {label}, {value} and {effect} are filled in."""

    given: str = Field(default="{label} {value} {effect}", description="A field that was given.")
    not_given: str = Field(
        default="{label} not given, taken as {value}, {effect}", description="A field that was filled in."
    )
    unknown: str = Field(
        default="{label} not given {effect}", description="A field with nothing to fill in: dates, texts."
    )
    raises: str = Field(default="raises the risk", description="Effect of a positive contribution.")
    lowers: str = Field(default="lowers the risk", description="Effect of a negative contribution.")


class ServiceSettings(_Setting):
    """How a model is put into service."""

    model: Literal["champion", "ann", "random_forest", "logistic_regression", "lightgbm"] = Field(
        default="champion", description="The champion, or a model of the comparison by name."
    )
    scale: ScaleSettings = Field(default=ScaleSettings(), description="From probability to points.")
    bands: tuple[BandSettings, ...] = Field(
        min_length=1,
        description="Risk bands, lowest probability first; the last one ends at 1, and a riskier one never "
        "has a milder policy.",
    )
    consistency: tuple[NotAbove, ...] = Field(default=(), description="What contradicts itself: a warning.")
    reason_texts: ReasonTexts = Field(default=ReasonTexts(), description="The words of a reason.")
    limits: tuple[str, ...] = Field(default=(), description="How not to use the model, in words.")

    @model_validator(mode="after")
    def _bands_fill_the_range(self) -> Self:
        ends = [band.up_to for band in self.bands]
        if ends != sorted(set(ends)):
            raise ValueError(f"bands must go up, but their up_to are {', '.join(map(str, ends))}")
        if ends[-1] != 1:
            raise ValueError(f"the last band must end at 1, not at {ends[-1]:g}")
        return self

    @model_validator(mode="after")
    def _each_band_has_a_name_of_its_own(self) -> Self:
        names = [band.name for band in self.bands]
        twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
        if twice:
            raise ValueError(f"two bands are called {twice[0]!r}; give each a name of its own")
        return self

    @model_validator(mode="after")
    def _policies_get_no_milder(self) -> Self:
        for safer, riskier in pairwise(self.bands):
            if POLICIES.index(riskier.policy) < POLICIES.index(safer.policy):
                raise ValueError(
                    f"policies must go from accept over refer to decline as the risk rises, but band "
                    f"{riskier.name!r} is {riskier.policy} above {safer.name!r}, which is {safer.policy}"
                )
        return self


def bands_of(service: ServiceSettings) -> tuple[Band, ...]:
    """Return the risk bands that the settings describe, from 0 to 1."""
    starts = [0.0, *(band.up_to for band in service.bands)]
    return tuple(
        Band(name=band.name, low=low, high=band.up_to, policy=band.policy)
        for band, low in zip(service.bands, starts, strict=False)
    )
