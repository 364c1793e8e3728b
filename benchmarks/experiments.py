"""The experiments whose results the README quotes: the one place that says what was run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LOANSTATS = "lending_club/LoanStats_2007_2011_42535x146.csv.gz"
TEACHING = "lending_club/lending_club_loan_two_first_2066.csv"
CUSTOMER_BEHAVIOR = "customer_behavior/Training_Data_242132_of_252000.csv.gz"

NO_PRICING = {"features.use_lender_set": "false"}
OUT_OF_TIME = {"cleaning.split.method": "out_of_time"}

# The published forest and its 80/10/10 split. There, profession counts by its job stability and the city by
# its tier; so it is here once both are categories too small for features of their own. Target-encoded out of
# fold, as the portfolio has them, with all twins in one fold, they hide part of the leak that is to be shown.
REFERENCE_FOREST = {
    "cleaning.split.validation": "0.1",
    "cleaning.split.test": "0.1",
    "portfolio.columns.profession.kind": "category",
    "portfolio.columns.city.kind": "category",
    "portfolio.columns.state.kind": "category",
    "features.rare_share": "0.025",
    "random_forest.n_estimators": "225",
    "random_forest.max_depth": "26",
    "random_forest.max_features": "0.13",
    "random_forest.min_samples_leaf": "1",
    "random_forest.max_samples": "1.0",
    "random_forest.imbalance.method": "class_weight",
    "random_forest.calibration.method": "none",
    "importance.rows": "1000",  # not shown in the results, and slow with trees this deep
}
REFERENCE_THRESHOLD = 0.29


@dataclass(frozen=True)
class Experiment:
    """One `kedro run`.

    Args:
        name: For `--only`, and for the output folders.
        title: For people.
        env: The portfolio.
        params: For `--params`.
        shared_file: File below the shared folder; None = the portfolio's own file.
        own_file: File in the project that stands in for a shared file that is not there.
        pipeline: The only pipeline to run; None = the whole.
        raw_threshold: Threshold on the forest's raw score at which to report F1 too.
        note: What to know when reading the result.
    """

    name: str
    title: str
    env: str
    params: Mapping[str, str] = field(default_factory=dict)
    shared_file: str | None = None
    own_file: str | None = None
    pipeline: str | None = None
    raw_threshold: float | None = None
    note: str = ""


EXPERIMENTS = (
    Experiment(
        name="lending_club",
        title="LendingClub extract, 2007-2014",
        env="lending_club",
    ),
    Experiment(
        name="lending_club_no_pricing",
        title="LendingClub extract, without the lender's own judgement",
        env="lending_club",
        params=NO_PRICING,
        note="Interest rate, grade, sub-grade and instalment are left out.",
    ),
    Experiment(
        name="loanstats",
        title="LendingClub LoanStats, 146 columns, 2007-2011",
        env="lending_club",
        shared_file=LOANSTATS,
    ),
    Experiment(
        name="loanstats_no_pricing",
        title="LoanStats, without the lender's own judgement",
        env="lending_club",
        params=NO_PRICING,
        shared_file=LOANSTATS,
    ),
    Experiment(
        name="loanstats_out_of_time",
        title="LoanStats, tested on the newest loans",
        env="lending_club",
        params=OUT_OF_TIME,
        shared_file=LOANSTATS,
        note="The newest loans are the test part, those before them the validation part.",
    ),
    Experiment(
        name="loanstats_out_of_time_no_pricing",
        title="LoanStats, tested on the newest loans, without the lender's own judgement",
        env="lending_club",
        params={**OUT_OF_TIME, **NO_PRICING},
        shared_file=LOANSTATS,
        note="The newest loans are the test part, those before them the validation part.",
    ),
    Experiment(
        name="teaching_layout",
        title="LendingClub teaching layout, 27 columns: what the leak scan finds",
        env="lending_club",
        shared_file=TEACHING,
        pipeline="cleaning",
        note="The zip code at the end of `address` decides the outcome in this file; published accuracies "
        "near 89 % rest on it.",
    ),
    Experiment(
        name="customer_behavior",
        title="Customer behavior, as this project runs it",
        env="customer_behavior",
        shared_file=CUSTOMER_BEHAVIOR,
        own_file="data/01_raw/customer_behavior/Training Data.csv",
        note="Twins stay in one part: what was memory of twins is gone, and little is left.",
    ),
    Experiment(
        name="customer_behavior_leaky",
        title="Customer behavior, the published protocol: twins in train and test",
        env="customer_behavior",
        params={"cleaning.split.twins": "apart", **REFERENCE_FOREST},
        shared_file=CUSTOMER_BEHAVIOR,
        own_file="data/01_raw/customer_behavior/Training Data.csv",
        raw_threshold=REFERENCE_THRESHOLD,
        note="Not to be believed. The forest (225 trees, depth 26, balanced weights) and the split are the "
        "published ones, with AUC-PR 0.59 and F1 0.62. F1 in the table is at the threshold of the highest F1 "
        "on validation rows; the published threshold of 0.29 applies to raw, class-weighted scores: see "
        "below the table.",
    ),
    Experiment(
        name="customer_behavior_leak_removed",
        title="Customer behavior, the published forest with twins kept together",
        env="customer_behavior",
        params={"cleaning.split.twins": "together", **REFERENCE_FOREST},
        shared_file=CUSTOMER_BEHAVIOR,
        own_file="data/01_raw/customer_behavior/Training Data.csv",
        raw_threshold=REFERENCE_THRESHOLD,
        note="The same as the published protocol above but for one key, `cleaning.split.twins`.",
    ),
    Experiment(
        name="consumer_credit",
        title="Consumer credit",
        env="consumer_credit",
    ),
    Experiment(
        name="credit_card_clients",
        title="Credit card clients",
        env="credit_card_clients",
    ),
)
