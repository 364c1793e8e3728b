import pytest

from loan_default.portfolio.labels import fold, snake_case


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Mysore[7][8][9]", "mysore"),
        ("West Bengal", "west_bengal"),
        ("West_Bengal", "west_bengal"),
        ("Married/Single", "married_single"),
        ("  CURRENT_JOB_YRS ", "current_job_yrs"),
        ("small-business", "small_business"),
        ("São Paulo", "são_paulo"),
        ("Sa\u0303o Paulo", "são_paulo"),
        ("женат", "женат"),
        ("AA+", "aa_plus"),
        ("AA-", "aa_minus"),
        ("AA", "aa"),
        ("< 1 year", "lt_1_year"),
        (">=200 DM", "ge_200_dm"),
        ("-1", "minus_1"),
        ("%", ""),
    ],
)
def test_snake_case(text: str, label: str) -> None:
    assert snake_case(text) == label


@pytest.mark.parametrize("labels", [("A+", "A", "A-"), ("<1", "1", ">1", "1+", "<=1", ">=1"), ("Ä", "Ö")])
def test_labels_that_differ_by_a_sign_stay_apart(labels: tuple[str, ...]) -> None:
    assert len({snake_case(label) for label in labels}) == len(labels)


def test_fold_leaves_case_and_spaces_out_and_keeps_signs() -> None:
    assert fold("  N / A ") == fold("n / a") == "n / a"
    assert fold("< 1 year") != fold("1 year")
