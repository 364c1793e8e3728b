import pytest

from loan_default.portfolio.chapters.phrases import listed, plural


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and 1 more"),
    ],
)
def test_lists(names: list[str], said: str) -> None:
    assert listed(names, "and", at_most=3) == said


def test_counts() -> None:
    assert [plural(count, "row") for count in (0, 1, 2000)] == ["0 rows", "1 row", "2,000 rows"]
