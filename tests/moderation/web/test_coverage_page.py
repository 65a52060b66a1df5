"""The page of what each posting says on each topic, over the real log and the real desk."""

import csv
import datetime as dt
import io
import re

import pytest
from openpyxl import load_workbook

from tests.moderation.house import House
from tests.moderation.web.site import Visitor

OTHER = """\
posting:
  id: {id}
  organisation: Clinic
  title: {{en: Job {id}}}
  languages: [en]
unstated: [remote]
entries:
  - topic: hours
    answer: {{en: 35 hours a week.}}
"""


async def with_postings(house: House, *ids: str) -> None:
    for name in ids:
        (house.folder / f"{name}.yaml").write_text(OTHER.format(id=name), "utf-8")
    await house.live.refresh()


def lines(page: str, posting: str = "nurse") -> list[str]:
    """The rows of a posting's table as text, the cells apart by bars."""
    table = page.partition(f'<h2 id="of-{posting}">')[2]
    body = table.partition("</section>")[0].partition("<tbody>")[2].partition("</tbody>")[0]
    rows = [re.sub(r"</t[hd]>", " | ", row) for row in body.split("<tr>")[1:]]
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]


async def test_what_was_asked_and_is_open_comes_first_then_what_was_asked_most(
    house: House, ada: Visitor
) -> None:
    for person in "abc":
        await house.ask("How many hours per week?", person)
    await house.ask("Le télétravail est possible ?", "d", language="fr")
    await house.ask("Is there any parking space?", "e")

    await ada.get("/coverage")

    first, second, third = lines(ada.page)
    assert first.startswith("Remote work | open | 1 | | 0% |")
    assert first.endswith("| French 1 |")
    assert second.startswith("Working hours | answered | 3 | | 100% |")
    assert third.startswith("Is there any parking space? | answered | 1 |")
    assert "5 questions understood, 80% answered in full" in ada.page


async def test_a_row_leads_to_its_open_matter_its_questions_and_its_answer(
    house: House, ada: Visitor
) -> None:
    await house.ask("Is remote work possible?")
    uid = await house.ask("How many hours per week?")
    await house.dislike(uid)

    await ada.get("/coverage")
    links = re.findall(r'<li><a href="/review([^"]*)', ada.page.partition("<tbody>")[2])

    assert links == [
        "/gaps/1",
        "/questions?posting=nurse&topic=remote",
        "/gaps/2",
        "/questions?posting=nurse&topic=hours",
        "/knowledge/nurse#entry-1",
        "/knowledge/nurse#entry-2",  # what nobody asked about
    ]
    assert "Remote work" in (await ada.get(links[0])).text
    assert "Is remote work possible?" in (await ada.get(links[1])).text
    assert 'id="entry-1"' in (await ada.get("/knowledge/nurse")).text


async def test_several_open_matters_of_a_topic_lead_to_the_inbox_with_these_only(
    house: House, ada: Visitor
) -> None:
    uid = await house.ask("How many hours per week?", "a")
    await house.dislike(uid)
    await house.ask("How many hours per week?", "b", decision="unstated", open=True)
    await house.ask("May I bring my dog?", "c")

    await ada.get("/coverage")
    several = re.search(r'href="/review(/\?[^"]*)">2 open matters', ada.page)
    assert several is not None
    await ada.get(several[1])

    assert ada.page.count("data-row") == 2
    assert "Only: Working hours" in ada.page
    assert "May I bring my dog?" not in ada.page


async def test_what_nobody_asked_about_is_listed_by_state(house: House, ada: Visitor) -> None:
    await ada.get("/coverage")

    assert "Nobody asked anything of this posting yet that was understood." in ada.page
    assert "<details open><summary>3 topics that nobody asked about" in ada.page
    quiet = ada.page.partition("<details open>")[2]
    assert quiet.index("Remote work") < quiet.index("Working hours")


@pytest.mark.parametrize(
    ("state", "names"),
    [("open", ["Remote work"]), ("stated", ["Is there any", "Working hours"]), ("partial", [])],
)
async def test_topics_of_one_state_can_be_looked_at(
    ada: Visitor, state: str, names: list[str]
) -> None:
    await ada.get(f"/coverage?state={state}")

    shown = lines(ada.page)
    assert len(shown) == len(names)
    assert all(row.startswith(name) for row, name in zip(shown, names, strict=True))
    assert ("No topic is in this state." in ada.page) == (not names)


async def test_only_what_was_asked_since_a_day_is_counted(house: House, ada: Visitor) -> None:
    await house.ask("How many hours per week?")  # on 1 March
    house.later(dt.timedelta(days=1))
    await ada.come_in()
    await house.ask("Is remote work possible?")

    await ada.get("/coverage?since=2026-03-01")
    both = lines(ada.page)
    await ada.get("/coverage?since=2026-03-02")
    later = lines(ada.page)

    assert (len(both), len(later)) == (2, 1)
    assert "topic=remote&since=2026-03-02" in ada.page


async def test_several_postings_are_compared_and_the_one_that_needs_most_comes_first(
    house: House, ada: Visitor
) -> None:
    await with_postings(house, "cook")
    await house.ask("Is remote work possible?", posting="nurse")
    await house.ask("Is remote work possible?", posting="cook")

    await ada.get("/coverage")
    overview = ada.page.partition("All postings</h2>")[2].partition("</section>")[0]

    assert overview.index("Nurse") < overview.index("Job cook")
    assert "Remote work" in overview.partition("Job cook")[0]
    assert "Remote work" not in overview.partition("Job cook")[2]  # it is listed as not given
    assert lines(ada.page, "cook")[0].startswith("Remote work | listed as not given | 1 |")
    await ada.get("/coverage?posting=cook")
    assert "All postings</h2>" not in ada.page
    assert lines(ada.page) == []


@pytest.mark.parametrize(("postings", "tables"), [(5, 5), (6, 0)])
async def test_of_many_postings_only_the_overview_is_shown(
    house: House, ada: Visitor, postings: int, tables: int
) -> None:
    await with_postings(house, *(f"job-{number}" for number in range(postings - 1)))

    await ada.get("/coverage")

    assert ada.page.count('<h2 id="of-') == tables
    assert ada.page.count('href="/review/coverage?posting=') == postings


async def test_coverage_is_downloaded_as_spreadsheets(house: House, ada: Visitor) -> None:
    await house.ask("Is remote work possible?")
    await house.ask("Le télétravail est possible ?", language="fr")

    text = await ada.get("/coverage.csv?posting=nurse")
    book = await ada.get("/coverage.xlsx")

    assert text.headers["content-disposition"] == 'attachment; filename="coverage-nurse.csv"'
    rows = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"))))
    assert rows[2] == [
        "nurse", "remote", "Remote work", "open", "", "", "2", "0", "0", "en 1, fr 1"
    ]  # fmt: skip
    sheet = load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert [cell.value for cell in sheet["B"]] == ["Topic", "remote", "parking", "hours"]


async def test_the_file_is_never_named_by_what_is_typed(house: House, ada: Visitor) -> None:
    await with_postings(house, "cook")

    answer = await ada.get("/coverage.csv", params={"posting": 'x"\r\nSet-Cookie: a=b'})

    assert answer.headers["content-disposition"] == 'attachment; filename="coverage-all.csv"'
    assert "set-cookie" not in answer.headers


async def test_a_label_that_looks_like_a_formula_does_not_run(house: House, ada: Visitor) -> None:
    file = house.folder / "nurse.yaml"
    text = file.read_text("utf-8").replace("id: parking", "id: parking\n    label: {en: '=1+1'}")
    file.write_text(text, "utf-8")
    await house.live.refresh()

    answer = await ada.get("/coverage.csv")

    cells = [cell for row in csv.reader(io.StringIO(answer.text)) for cell in row]
    assert "'=1+1" in cells
    assert "=1+1" not in cells


async def test_numbers_are_counted_anew_after_a_minute(house: House, ada: Visitor) -> None:
    await ada.get("/coverage")
    await house.ask("Is remote work possible?")
    await ada.get("/coverage")
    soon = lines(ada.page)
    house.later(dt.timedelta(minutes=1))

    await ada.get("/coverage")

    assert (soon, len(lines(ada.page))) == ([], 1)
