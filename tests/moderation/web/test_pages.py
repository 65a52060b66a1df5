"""What the pages show: everything as text, nothing where there is nothing, in both languages."""

import csv
import datetime as dt
import hashlib
import io
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook

from bot.core.gap import Role
from bot.core.insights import Period
from bot.core.markup import render
from bot.errors import StoreError
from bot.moderation.web import bubble
from bot.moderation.web.charts import Column, bar, columns
from bot.moderation.web.render import page_words
from bot.moderation.web.sheets import Sheet, as_csv, as_xlsx
from tests.moderation.house import House
from tests.moderation.web.site import Site, Visitor

HERE = Path(__file__).parents[3] / "bot" / "moderation" / "web"
NEW_TAB = 'rel="noreferrer noopener" target="_blank"'
HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": "\" onmouseover='alert(1)' x=\"",
    "right to left": "\u202ereversed\u202c and \u2067isolated",
    "template": "{{ 7 * 7 }} {% raw %}",
    "formula": '=HYPERLINK("http://evil.example")',
    "entity": "&lt;b&gt; &amp;",
    "long": "word " * 2000,
    "null": "a\0b",
    "emoji": "👩‍⚕️🇫🇷",
    "percent": "%s %(x)s {0} {name}",
}
EVERYWHERE = (
    "/",
    "/gaps/1",
    "/questions",
    "/knowledge",
    "/knowledge/nurse",
    "/coverage",
    "/insights",
    "/sessions",
)


class _Runs(HTMLParser):
    """Everything in a page that a browser would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "script" and not given.get("src", "").startswith("/review/static/"):
            self.found.append(tag)
        self.found += [name for name in given if name.startswith("on") or name == "style"]
        self.found += [v for v in given.values() if v.strip().casefold().startswith("javascript:")]


def runs(page: str) -> list[str]:
    parser = _Runs()
    parser.feed(page)
    return parser.found


def test_what_would_run_would_be_seen() -> None:
    page = '<script>x</script><a onclick="x" href=" JavaScript:x">'

    assert runs(page) == ["script", "onclick", " JavaScript:x"]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_what_a_candidate_wrote_is_shown_as_text(
    house: House, ada: Visitor, text: str
) -> None:
    uid = await house.ask(text)

    for path in (*EVERYWHERE, f"/questions/{uid}"):
        answer = await ada.get(path)
        assert answer.status_code == 200, path
        assert runs(answer.text) == []

    await ada.get("/gaps/1")
    assert text.replace("\0", "\ufffd").strip()[:200] in ada.page
    assert "<bdi" in ada.page


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
async def test_what_is_typed_into_the_page_is_shown_as_text(ada: Visitor, text: str) -> None:
    for path in (
        "/questions",
        "/knowledge/nurse",
        "/coverage",
        "/insights",
        "/",
        "/gaps/1",
    ):
        names = (
            "words",
            "state",
            "question",
            "posting",
            "topic",
            "before",
            "day",
            "since",
            "act",
            "start",
        )
        answer = await ada.get(path, params=dict.fromkeys(names, text[:300]))
        assert answer.status_code in {200, 404}, path
        assert runs(answer.text) == []


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_every_page_is_there_in_each_language(
    house: House, ada: Visitor, language: str
) -> None:
    uid = await house.ask("May I bring my dog?", waits=True)
    ada.client.headers["accept-language"] = language

    for path in (*EVERYWHERE, f"/questions/{uid}", "/?state=ignored", "/?state=answered"):
        answer = await ada.get(path)
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/", "Nothing is open."),
        ("/?state=ignored", "Nothing is ignored."),
        ("/?kind=unstated", "Nothing matches these filters."),
        ("/questions", "Nothing was asked yet."),
        ("/questions?words=x", "No question matches."),
        ("/insights", "Nothing was asked in this period."),
        ("/questions?before=0001-01-01T00:00:00%2B14:00~x", "Nothing was asked yet."),
        ("/questions?before=9999-12-31T23:59:59-12:00~x", "Nothing was asked yet."),
    ],
)
async def test_where_there_is_nothing_it_says_so(ada: Visitor, path: str, said: str) -> None:
    assert said in (await ada.get(path)).text


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/gaps/77",
        "/gaps/x",
        "/gaps/-1",
        "/questions/none",
        "/knowledge/none",
        "/insights.exe",
        "/coverage.exe",
    ],
)
async def test_what_is_not_there_is_said_to_be_missing(ada: Visitor, path: str) -> None:
    answer = await ada.get(path)

    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


async def test_a_database_that_cannot_be_used_is_told_without_its_inside(
    site: Site, ada: Visitor
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise StoreError("/secret/place/log.db: locked")

    site.shared.desk.gaps = fail  # type: ignore[method-assign,assignment]  # breaks on purpose
    answer = await ada.get("/")

    assert answer.status_code == 503
    assert "/secret" not in answer.text


async def test_the_inbox_shows_the_most_wanted_first_and_filters(
    house: House, ada: Visitor
) -> None:
    for person in "abc":
        await house.ask("May I bring my dog?", person)
    await house.ask("Is remote work possible?", "d", waits=True)

    await ada.get("/")
    assert ada.page.index("Remote work") < ada.page.index("May I bring my dog?")
    await ada.get("/?kind=unanswered")
    assert "Remote work" not in ada.page.partition('id="gaps"')[2]
    await ada.get("/?language=fr")
    assert "Nothing matches" in ada.page
    house.later(dt.timedelta(days=2))
    await ada.come_in()
    await ada.get("/?age=day")
    assert "Nothing matches" in ada.page
    await ada.get("/?age=week")
    assert "Remote work" in ada.page


async def test_the_inbox_is_read_page_by_page(house: House, ada: Visitor) -> None:
    for number in range(27):
        word = hashlib.sha256(bytes([number])).hexdigest()
        await house.ask(f"{word[:12]} {word[12:24]}?", f"p{number}")

    await ada.get("/")
    first = ada.page.count("data-row")
    following = re.search(r'rel="next" href="([^"]*)"', ada.page)
    assert following is not None
    await ada.get(following[1].removeprefix("/review"))

    assert (first, ada.page.count("data-row")) == (25, 2)
    assert 'rel="prev"' in ada.page


async def test_questions_are_searched_filtered_and_read_on(house: House, ada: Visitor) -> None:
    for number in range(60):
        await house.ask(f"Où est la crèche numéro {number} ?", language="fr")
    uid = await house.ask("How many hours per week?", confidence=0.8)
    await house.dislike(uid)

    await ada.get("/questions?words=creche 7")
    assert ada.page.count("data-row") == 1
    await ada.get("/questions?decision=answer&disliked=1&band=high&language=en&channel=telegram")
    assert ada.page.count("data-row") == 1
    await ada.get("/questions?topic=hours&since=2026-03-01&until=2026-03-01")
    assert ada.page.count("data-row") == 1
    await ada.get("/questions?until=2026-02-28")
    assert "No question matches" in ada.page
    await ada.get("/questions")
    older = re.search(r'rel="next" href="([^"]*)"', ada.page)
    assert older is not None
    await ada.get(older[1].removeprefix("/review"))
    assert ada.page.count("data-row") == 11


async def test_a_posting_shows_what_is_answered_and_where_it_comes_from(
    house: House, ada: Visitor
) -> None:
    await house.ask("Is remote work possible?")
    await ada.get("/gaps/1")
    await ada.post("/gaps/1/answer", {"text.en": "Yes.", "learn": "posting"})

    await ada.get("/knowledge/nurse")

    assert "nurse.yaml:7" in ada.page
    assert "nurse.learned.yaml:" in ada.page
    assert "learned from Ada" in ada.page
    assert "2026-03-01" in ada.page
    assert "missing in French" in ada.page
    assert "39 h par semaine." in ada.page


async def test_a_question_can_be_tried_for_any_day(house: House, ada: Visitor) -> None:
    file = house.folder / "nurse.yaml"
    text = file.read_text("utf-8").replace(
        "languages: [fr, en]", "languages: [fr, en]\n  closes: 2026-03-26\n  timezone: Europe/Paris"
    )
    file.write_text(
        text.replace(
            "en: 39 hours a week.}", "en: 39 hours a week.}\n    answer_closed: {en: Too late.}"
        ),
        "utf-8",
    )
    await house.live.refresh()
    ask = "/knowledge/nurse?question=How many hours per week?&language=en&day="

    await ada.get(ask + "2026-03-26")
    before = ada.page.partition('id="try"')[2].partition("</section>")[0]
    await ada.get(ask + "2026-03-27")
    after = ada.page.partition('id="try"')[2].partition("</section>")[0]

    assert "39 hours a week." in before
    assert "Too late." in after
    assert "Candidate(id='hours'" in after


async def test_a_broken_knowledge_file_is_told(house: House, ada: Visitor) -> None:
    (house.folder / "other.yaml").write_text("posting: {id: X}\n", "utf-8")
    await house.live.refresh()

    await ada.get("/knowledge")

    assert "other.yaml:1" in ada.page
    assert "not in use" in ada.page


async def test_insights_say_what_was_asked_and_is_not_stated(house: House, ada: Visitor) -> None:
    for person in ("a", "b"):
        await house.ask("Is remote work possible?", person)
    await house.ask("How many hours per week?", "c")

    await ada.get("/insights?posting=nurse")

    assert "2 people asked about Remote work; the posting is silent." in ada.page
    assert '<svg class="chart"' in ada.page
    assert "67%" in ada.page
    assert ada.page.count("<table") >= 4


async def test_insights_are_downloaded_as_spreadsheets(house: House, ada: Visitor) -> None:
    await house.ask("Is remote work possible?")
    query = "?posting=nurse&since=2026-02-01&until=2026-03-01"

    text = await ada.get("/insights.csv" + query)
    book = await ada.get("/insights.xlsx" + query)

    assert text.headers["content-disposition"] == (
        'attachment; filename="insights-nurse-2026-02-01-2026-03-01.csv"'
    )
    rows = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"))))
    assert ["remote", "Remote work", "1", "1", "1", "1"] in rows
    sheets = load_workbook(io.BytesIO(book.content))
    assert len(sheets.sheetnames) == 5
    assert ("remote", "Remote work", 1, 1, 1, 1) in list(sheets.worksheets[1].values)


async def test_a_file_is_never_named_by_what_is_typed(ada: Visitor) -> None:
    answer = await ada.get("/insights.csv", params={"posting": 'x"\r\nSet-Cookie: a=b'})

    assert "insights-all-" in answer.headers["content-disposition"]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "a;=1", "\t=1", "＝1"])
def test_no_cell_of_a_spreadsheet_runs(text: str) -> None:
    sheets = [Sheet("t", ("h",), [(text,)])]

    written = list(csv.reader(io.StringIO(as_csv(sheets).decode("utf-8-sig"))))[2][0]
    cell = load_workbook(io.BytesIO(as_xlsx(sheets))).worksheets[0]["A2"]

    assert not re.match(r"\s*[=+\-@＝]", written)
    assert cell.data_type == "s"
    assert cell.value == written


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("", "2026-01-31", "2026-03-01"),
        ("?days=7", "2026-02-23", "2026-03-01"),
        ("?days=0", "2026-01-31", "2026-03-01"),
        ("?since=2026-03-05&until=2026-03-02", "2026-03-02", "2026-03-05"),
        ("?since=1971-01-01&until=2026-03-01", "2016-02-23", "2026-03-01"),
        ("?since=x&until=0001-01-01", "2026-01-31", "2026-03-01"),
    ],
)
async def test_a_period_is_always_one(ada: Visitor, query: str, first: str, last: str) -> None:
    answer = await ada.get("/insights.csv" + query)

    assert answer.headers["content-disposition"].endswith(f'-{first}-{last}.csv"')


# The parts that make the pages.


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a **b** c", "a <strong>b</strong> c"),
        ("**a *b* c**", "<strong>a <em>b</em> c</strong>"),
        (
            "[x](https://e.org/?a=1&b=%22)",
            f'<a href="https://e.org/?a=1&amp;b=%22" {NEW_TAB}>x</a>',
        ),
        ("[x](javascript:alert)", "[x](javascript:alert)"),
        ("<b>x</b> & y", "&lt;b&gt;x&lt;/b&gt; &amp; y"),
        ("", None),
    ],
)
def test_an_answer_looks_as_candidates_see_it(markdown: str, html: str | None) -> None:
    assert [str(piece) for piece in bubble.bubbles(markdown)] == ([html] if html else [])


def test_a_long_answer_comes_in_the_same_pieces() -> None:
    pieces = bubble.bubbles("**" + "word " * 2000 + "end**")

    assert len(pieces) == 3
    for piece in pieces:
        ET.fromstring(f"<p>{piece}</p>")  # noqa: S314 - our own
    assert render("x").text == "x"


def test_a_chart_is_valid_and_grows_with_its_numbers() -> None:
    empty = columns([])
    chart = columns([Column("<a>", {"answer": 3, "unstated": 0}), Column("b", {"answer": 6})])

    for svg in (empty, chart, bar(2.0), bar(-1.0)):
        ET.fromstring(str(svg))  # noqa: S314 - our own
    heights = [float(h) for h in re.findall(r'class="answer".*?height="([\d.]+)"', chart)]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)
    assert 'aria-hidden="true"' in chart


def test_everything_that_the_page_says_has_its_words_and_no_word_is_left_over() -> None:
    words = set(page_words().texts["en"])
    code = "".join(
        file.read_text("utf-8")
        for folder in (HERE, HERE / "templates")
        for file in folder.iterdir()
        if file.suffix in {".py", ".html"}
    )
    said = set(re.findall(r"say\(\s*'([\w.]+)'\s*[,)]", code))
    said |= set(re.findall(r'say\(\s*"([\w.]+)"', code))
    counted = set(re.findall(r"many\(\s*['\"]([\w.]+)['\"]\s*,", code))
    counted |= {"insights.silent_people", "insights.silent_times"}
    begun = set(re.findall(r"(?:say|many)\(f?['\"]([\w.]+[._])(?:['\"] ~|\{)", code))

    assert said - words == set()
    assert {f"{key}_{end}" for key in counted for end in ("one", "many")} - words == set()
    used = said | {f"{key}_{end}" for key in counted for end in ("one", "many")}
    left = {word for word in words - used if not word.startswith(tuple(begun))}
    assert left <= {"language_name", "keys.on", "keys.off", "desk.other"} | {
        word for word in words if word.startswith(("desk.", "mistake.", "error."))
    }


def test_a_period_counts_whole_days_of_its_zone() -> None:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - only here

    period = Period(dt.date(2026, 3, 29), dt.date(2026, 3, 29), ZoneInfo("Europe/Paris"))

    assert period.until - period.since == dt.timedelta(days=1)
    assert period.since.astimezone(dt.UTC).hour == 23
    assert period.until.astimezone(dt.UTC).hour == 22


async def test_an_editor_and_a_viewer_see_different_things_on_sessions(site: Site) -> None:
    viewer = await site.enter("Vic", Role.VIEWER)

    assert "Let somebody in" not in (await viewer.get("/sessions")).text
