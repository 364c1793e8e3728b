"""Which single loans are looked at."""

import pandas as pd

from loan_default.evaluation.explanation.cases import (
    NEAREST,
    RIGHT_DEFAULT,
    RIGHT_GOOD,
    TYPICAL,
    WRONG_DEFAULT,
    WRONG_GOOD,
    choose_cases,
)


def loans(rows, threshold=0.5):
    frame = pd.DataFrame(rows, columns=["default", "probability"], index=range(10, 10 + len(rows)))
    return frame.assign(prediction=(frame["probability"] >= threshold).astype(int))


def test_the_surest_right_and_wrong_calls_are_chosen():
    frame = loans(
        [(1, 0.9), (1, 0.7), (1, 0.2), (0, 0.8), (0, 0.51), (0, 0.1), (0, 0.3), (1, 0.45), (0, 0.48)]
    )
    chosen = choose_cases(frame, 0.5)
    assert dict(zip(chosen["case"], chosen.index, strict=True)) == {
        TYPICAL: 18,
        RIGHT_DEFAULT: 10,
        RIGHT_GOOD: 15,
        WRONG_GOOD: 13,
        WRONG_DEFAULT: 12,
        NEAREST: 14,
    }


def test_cases_that_do_not_occur_are_left_out():
    chosen = choose_cases(loans([(1, 0.9), (0, 0.1)]), 0.5)
    assert set(chosen["case"]) == {TYPICAL, RIGHT_DEFAULT, RIGHT_GOOD, NEAREST}
