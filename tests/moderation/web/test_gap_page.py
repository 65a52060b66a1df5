"""A moderator's work on the page: what is answered, said, ignored, erased, blocked, taken back."""

import datetime as dt

import pytest

from bot.core.gap import Answering, GapFilter, GapState, Learn, Role
from tests.moderation.house import ADA, House
from tests.moderation.web.site import Site, Visitor

ANSWER = {"text.en": "Yes, **two days** a week.", "learn": "posting"}
OTHER = {**ANSWER, "label.en": "Dogs", "questions.en": "May I bring my dog to work?"}


@pytest.fixture
async def remote(house: House) -> str:
    """Two people ask for remote work, one of whom wants to be told; one in French."""
    await house.ask("Is remote work possible?", "p1", waits=True)
    return await house.ask("Le télétravail est possible ?", "p2", language="fr")


async def state(house: House, gap: int = 1) -> GapState:
    return (await house.desk.gap(gap)).summary.state


async def test_an_answer_is_learned_and_told_and_can_be_taken_back(
    house: House, ada: Visitor, remote: str
) -> None:
    await ada.get("/gaps/1")
    assert "Answer, and tell 1 person" in ada.page

    await ada.follow(await ada.post("/gaps/1/answer", ANSWER))

    assert "1 person will be told." in ada.page
    assert await state(house) is GapState.ANSWERED
    learned = (house.folder / "nurse.learned.yaml").read_text("utf-8")
    assert "Yes, **two days** a week." in learned
    assert "Ada" in learned
    act = ada.page.partition("/acts/")[2].partition("/")[0]

    await ada.follow(await ada.post(f"/acts/{act}/undo", {"gap": 1}))

    assert "1 person will not be told." in ada.page
    assert await state(house) is GapState.OPEN
    house.later()
    assert await house.told() == []


async def test_an_answer_for_once_is_told_in_due_time_and_not_learned(
    house: House, ada: Visitor, remote: str
) -> None:
    await ada.get("/gaps/1")

    await ada.post("/gaps/1/answer", {**ANSWER, "learn": "once"})

    assert not (house.folder / "nurse.learned.yaml").exists()
    assert await house.told() == []
    house.later()
    [told] = await house.told()
    assert "two days" in told


async def test_a_form_that_is_sent_twice_counts_once(
    house: House, ada: Visitor, remote: str
) -> None:
    await ada.get("/gaps/1")
    key, version = ada.fields["key"], ada.fields["version"]
    sent = {**ANSWER, "key": key, "version": version}

    first = await ada.post("/gaps/1/answer", sent)
    again = await ada.post("/gaps/1/answer", sent)

    assert first.status_code == again.status_code == 303
    assert len((await house.desk.gap(1)).acts) == 1


async def test_an_empty_answer_is_asked_for_and_nothing_is_done(
    house: House, ada: Visitor, remote: str
) -> None:
    await ada.get("/gaps/1")

    answer = await ada.post("/gaps/1/answer", {"text.en": "  ", "learn": "posting"})

    assert answer.status_code == 422
    assert "in one language at least" in ada.page
    assert await state(house) is GapState.OPEN


async def test_who_comes_second_is_told_by_whom_and_loses_nothing_typed(
    house: House, ada: Visitor, remote: str
) -> None:
    await ada.get("/gaps/1")
    detail = await house.desk.gap(1)
    mine = Answering({"en": "No."}, Learn.ONCE)
    await house.desk.answer(1, detail.summary.version, ADA, mine, key="other")

    late = await ada.post("/gaps/1/answer", ANSWER)

    assert late.status_code == 409
    assert "Ada was faster." in ada.page
    assert "No." in ada.page


async def test_what_would_pull_others_away_is_shown_and_decided(house: House, ada: Visitor) -> None:
    await house.ask("May I bring my dog to work?")
    await ada.get("/gaps/1")
    clashing = {**OTHER, "label.en": "a", "questions.en": "many hours week"}

    shown = await ada.post("/gaps/1/answer", clashing)

    assert shown.status_code == 200
    assert "would lead elsewhere" in ada.page
    assert "How many hours per week?" in ada.page
    assert 'name="despite"' in ada.page
    assert await state(house) is GapState.OPEN

    decided = await ada.post("/gaps/1/answer", {**clashing, "despite": "1"})

    assert decided.status_code == 303
    assert await state(house) is GapState.ANSWERED


async def test_a_try_shows_what_would_happen_and_does_nothing(
    house: House, ada: Visitor, remote: str
) -> None:
    await ada.get("/gaps/1")

    shown = await ada.post("/gaps/1/answer", {**ANSWER, "do": "preview"})

    assert shown.status_code == 200
    assert "<strong>two days</strong>" in ada.page
    assert "Nothing else is pulled away." in ada.page
    assert await state(house) is GapState.OPEN


async def test_the_preview_shows_each_language_as_a_candidate_reads_it(ada: Visitor) -> None:
    await ada.get("/")
    sent = {"posting": "nurse", "matter": "remote", "text.en": "Yes, *[see](https://x.org)*"}

    await ada.post("/preview", sent)

    assert '<a href="https://x.org"' in ada.page
    assert "<em>see</em>" in ada.page
    assert "anglais" in ada.page  # what French readers are told of an answer in English only
    assert "<html" not in ada.page


async def test_other_questions_that_are_answered_now_are_closed_if_wanted(
    house: House, ada: Visitor
) -> None:
    await house.ask("May I bring my dog to work?")
    await house.ask("Is my dog allowed to come to work?", "p2", waits=True)
    detail = await house.desk.gap(1)
    if detail.summary.count > 1:
        last = detail.questions[-1].uid
        await house.desk.split(1, detail.summary.version, ADA, (last,), key="s")
    await ada.get("/gaps/1")
    both = "May I bring my dog to work?\nIs my dog allowed to come to work?"

    await ada.follow(await ada.post("/gaps/1/answer", {**OTHER, "questions.en": both}))

    assert "1 other open question would now be answered." in ada.page
    assert "Close them and tell 1 person" in ada.page
    uid = ada.page.partition('name="question" value="')[2].partition('"')[0]
    await ada.follow(await ada.post("/postings/nurse/close", {"question": uid, "gap": 1}))
    assert "1 other question was closed with it." in ada.page
    assert await house.gaps() == ()


async def test_questions_that_nobody_was_shown_are_not_closed(house: House, ada: Visitor) -> None:
    await house.ask("May I bring my dog to work?")
    await ada.get("/gaps/1")

    await ada.post("/postings/nurse/close", {"question": "invented", "gap": 1})

    assert await state(house) is GapState.OPEN


async def test_a_gap_is_said_to_be_about_what_is_known(house: House, ada: Visitor) -> None:
    await house.ask("Where does my car stay?")
    await ada.get("/gaps/1")
    assert "Working hours (hours)" in ada.page
    missing = await ada.post("/gaps/1/assign", {"target": ""})
    assert missing.status_code == 422

    sent = {"target": "parking", "questions.en": "Where does my car stay?"}
    await ada.follow(await ada.post("/gaps/1/assign", sent))

    assert await state(house) is GapState.ANSWERED
    assert "Where does my car stay?" in (house.folder / "nurse.learned.yaml").read_text("utf-8")


async def test_what_was_taken_for_a_topic_can_be_a_matter_of_its_own(
    house: House, ada: Visitor, remote: str
) -> None:
    await ada.get("/gaps/1")
    own = {**ANSWER, "own": "1", "label.en": "Home", "questions.en": "Is remote work possible?"}

    await ada.post("/gaps/1/answer", own)

    entry = house.live.current().postings["nurse"].entry("remote")
    assert entry is None
    assert await state(house) is GapState.ANSWERED


async def test_a_gap_is_ignored_and_opened_again(house: House, ada: Visitor, remote: str) -> None:
    await ada.get("/gaps/1")
    await ada.follow(await ada.post("/gaps/1/ignore"))
    ignored = await state(house)

    await ada.follow(await ada.post("/gaps/1/reopen"))

    assert ignored is GapState.IGNORED
    assert await state(house) is GapState.OPEN
    assert "Opened again" in ada.page


async def test_several_are_ignored_at_once_but_not_what_changed_meanwhile(
    house: House, ada: Visitor, remote: str
) -> None:
    await house.ask("May I bring my dog to work?")
    await ada.get("/")
    chosen = [part.partition('"')[0] for part in ada.page.split('name="gap" value="')[1:]]
    assert len(chosen) == 2
    await house.desk.ignore(2, 0, ADA, key="x")

    await ada.follow(await ada.post("/ignore", {"gap": [*chosen, "x:y", "99999999999999999999:1"]}))

    assert "1 matter was ignored." in ada.page
    assert "1 was left as it is" in ada.page


async def test_an_erased_text_is_out_of_sight(house: House, ada: Visitor, remote: str) -> None:
    await ada.get("/gaps/1")

    await ada.follow(await ada.post("/gaps/1/some", {"question": remote, "do": "erase"}))

    assert "Le télétravail est possible ?" not in ada.page.partition("What was done")[0]
    assert "Texts erased" in ada.page


async def test_nothing_ticked_is_no_reason_to_erase_everything(
    house: House, ada: Visitor, remote: str
) -> None:
    await ada.get("/gaps/1")

    answer = await ada.post("/gaps/1/some", {"do": "erase"})

    assert answer.status_code == 422
    assert "Tick one question at least." in ada.page
    assert (await house.desk.gap(1)).acts == ()


async def test_questions_are_taken_out_and_put_together_again(
    house: House, ada: Visitor, remote: str
) -> None:
    await ada.get("/gaps/1")
    await ada.follow(await ada.post("/gaps/1/some", {"question": remote, "do": "split"}))
    assert [one.count for one in await house.gaps()] == [1, 1]
    await ada.get("/gaps/1")

    await ada.follow(await ada.post("/gaps/1/merge", {"other": 2}))

    assert [one.count for one in await house.gaps()] == [2]
    assert (await ada.get("/gaps/2")).headers["location"] == "/review/gaps/1"


async def test_a_person_is_blocked_and_read_again(house: House, ada: Visitor, remote: str) -> None:
    await ada.get(f"/questions/{remote}")

    await ada.follow(await ada.post(f"/questions/{remote}/block", {"gap": 1}))

    assert (await house.desk.stats()).blocked == 1
    act = ada.page.partition("/acts/")[2].partition("/")[0]
    await ada.post(f"/acts/{act}/undo", {"gap": 1})
    assert (await house.desk.stats()).blocked == 0


async def test_an_answered_question_that_was_wrong_gets_its_topic(
    house: House, ada: Visitor
) -> None:
    uid = await house.ask("How many hours per week?")
    other = await house.ask("How many hours per week?", "p2")
    await ada.get(f"/questions/{uid}")
    assert "39 hours a week." in ada.page

    sent = {"target": "parking", "questions.en": "How many places for cars?"}
    await ada.follow(await ada.post(f"/questions/{uid}/wrong", sent))

    hit = await ada.shared.log.question(uid)
    assert hit is not None
    assert hit.gap is not None
    detail = await house.desk.gap(hit.gap)
    assert detail.summary.state is GapState.ANSWERED
    assert detail.acts[-1].entry == "parking"
    untouched = await ada.shared.log.question(other)
    assert untouched is not None
    assert untouched.gap is None


async def test_what_a_moderator_answered_can_be_said_to_be_wrong(
    house: House, ada: Visitor, remote: str
) -> None:
    await ada.get("/gaps/1")
    await ada.post("/gaps/1/answer", {**ANSWER, "learn": "once"})
    await ada.get(f"/questions/{remote}")

    await ada.follow(await ada.post(f"/questions/{remote}/wrong", {"target": "hours"}))

    hit = await ada.shared.log.question(remote)
    assert hit is not None
    assert hit.gap not in {None, 1}
    assert [one.count for one in await house.gaps(GapFilter(state=GapState.ANSWERED))] == [1, 1]


async def test_only_the_one_question_is_said_to_be_wrong(
    house: House, ada: Visitor, remote: str
) -> None:
    await ada.get(f"/questions/{remote}")

    await ada.post(f"/questions/{remote}/wrong", {"target": "hours"})

    left = await house.gaps(GapFilter())
    assert [one.count for one in left] == [1]


async def test_a_viewer_sees_everything_and_gets_no_form(
    site: Site, house: House, remote: str
) -> None:
    viewer = await site.enter("Vic", Role.VIEWER)

    await viewer.get("/gaps/1")

    assert "Is remote work possible?" in viewer.page
    assert "<textarea" not in viewer.page


async def test_a_gap_shows_when_people_will_be_told(
    house: House, ada: Visitor, remote: str
) -> None:
    house.time = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)
    await ada.get("/gaps/1")

    await ada.follow(await ada.post("/gaps/1/answer", ANSWER))

    assert "From 12:01:00 on" in ada.page
