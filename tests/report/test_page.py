"""The page: complete, self-contained, in order for readers with and without eyes or colours."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

import pytest

from loan_default.report.page import render_page

VOID = {"meta", "link", "img", "br"}


class Page(HTMLParser):
    """Reads a page and checks that every element is closed where it should be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture
def html(make_report, png) -> str:
    return render_page(make_report(), {"ratio_plot": png, "unused_plot": b"no picture"})


@pytest.fixture
def page(html) -> Page:
    return Page(html)


def test_nothing_is_fetched(html, page):
    assert page.of("script") == []
    for tag, attributes in page.elements:
        for name in ("src", "href"):
            link = attributes.get(name)
            assert link is None or link.startswith(("#", "data:")), (tag, link)
    assert "url(" not in html
    assert "@import" not in html


def test_the_picture_is_inside_and_says_what_it_shows(page):
    (image,) = page.of("img")
    assert image["src"].startswith("data:image/png;base64,iVBOR")
    assert image["alt"] == "ANN approves <young> people 25\N{NO-BREAK SPACE}% less often."
    assert (image["width"], image["height"]) == ("40", "20")


def test_a_picture_that_is_missing_is_an_error(make_report):
    with pytest.raises(KeyError, match="ratio_plot"):
        render_page(make_report(), {})


def test_a_picture_is_shown_once(make_report, png):
    report = make_report()
    fairness = report.sections[0]
    twice = fairness.model_copy(update={"findings": (*fairness.findings, fairness.findings[1])})
    html = render_page(make_report(sections=(twice,)), {"ratio_plot": png})
    assert html.count("<img ") == 1
    assert '<a href="#fairness-2">The picture above</a>' in html


def test_every_link_leads_somewhere_and_every_id_is_one(page):
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"].removeprefix("#") for attributes in page.of("a")]
    assert set(links) <= set(ids)
    assert {"summary", "fairness", "value", "limits", "fairness-2", "limits-1"} <= set(links)


def test_headings_go_down_one_step_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h\d", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_the_first_page_comes_first_and_names_the_worst_of_each_chapter(html, page):
    assert html.index('id="summary"') < html.index('id="fairness"')
    first = html[html.index('id="summary"') : html.index('<nav class="contents"')]
    assert "Passed" in first
    assert 'href="#fairness-2">Fairness</a> ANN approves &lt;young&gt; people' in first
    assert 'href="#value">Value</a> It earns money.' in first, "nothing grave: the summary speaks"
    assert 'href="#limits-1">Time is not known</a>' in first
    assert "not measured" in first
    assert "No train rows." in first
    assert "[0.680, 0.720]" in first


def test_a_refused_model_says_so_in_words(make_report, png):
    html = render_page(make_report(admitted=False, verdict="It missed one."), {"ratio_plot": png})
    assert re.search(r'class="verdict refused">\s*<h2>Refused</h2>\s*<p>It missed one\.</p>', html)


def test_cells_are_written_by_their_format(page, html):
    for cell in ("12,345", "12.3\N{NO-BREAK SPACE}%", "\N{MINUS SIGN}1,500", "a &lt;b&gt;", "–"):  # noqa: RUF001
        assert f">{cell}</td>" in html, cell
    assert ">Profit (EUR)</th>" in html
    assert "Two groups." in page.text


def test_verdicts_are_words_beside_colours(page):
    for word in ("In order", "Attention", "For information"):
        assert word in page.text


def test_tables_have_headings_for_those_who_hear_them(page):
    assert all(attributes.get("scope") in ("col", "row") for attributes in page.of("th"))
    assert page.of("html") == [{"lang": "en"}]
