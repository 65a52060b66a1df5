import asyncio
import datetime as dt
from dataclasses import replace

import pytest

from bot.core.gap import (
    Answering,
    Assigning,
    Clashing,
    Done,
    GapFilter,
    GapKind,
    GapState,
    Learn,
    Order,
    Step,
    Verb,
)
from bot.core.message import Reply
from bot.errors import AlreadyDecided, NotPossible, Refused
from bot.storage.waiting import Waiting
from tests.moderation.house import ADA, BEA, EVE, HAND_WRITTEN, MINUTE, House

CREDIT = "Will my night classes count towards seniority?"
CREDIT_ALIKE = "Would night classes count towards my seniority?"
ANY_STATE = GapFilter(state=None)
YES = Answering({"en": "They do."}, questions={"en": ("Do night classes count?", CREDIT)})
ONCE = Answering({"en": "They do."}, Learn.ONCE)


async def done(what: Done | Clashing) -> Done:
    assert isinstance(what, Done)
    return what


# ---- Gathering -----------------------------------------------------------------------------------


async def test_questions_on_a_topic_make_one_gap_whatever_their_words_and_language(
    house: House,
) -> None:
    await house.ask("Is remote work possible?", "p1")
    await house.ask("Le télétravail est possible ?", "p2", language="fr")

    (gap,) = await house.gaps()

    assert (gap.matter, gap.kind, gap.count, gap.people) == ("remote", GapKind.UNSTATED, 2, 2)
    assert gap.languages == ("en", "fr")
    assert gap.examples == ("Is remote work possible?", "Le télétravail est possible ?")


async def test_questions_without_a_topic_come_together_by_likeness_and_it_shows_why(
    house: House,
) -> None:
    await house.ask(CREDIT, "p1")
    await house.ask(CREDIT_ALIKE, "p2")
    await house.ask("Who invented the stethoscope?", "p3")

    most, other = await house.gaps()
    detail = await house.desk.gap(most.id)

    assert (most.count, other.count) == (2, 1)
    assert most.kind is GapKind.UNANSWERED
    first, second = detail.questions
    assert first.likeness == 100
    assert second.likeness is not None
    assert 80 <= second.likeness < 100
    assert {"night", "classes", "seniority"} <= set(second.shared)


async def test_what_is_disliked_makes_a_gap_of_its_own(house: House) -> None:
    await house.ask("Is remote work possible?")
    await house.dislike(await house.ask("How many hours per week?"))
    await house.dislike(await house.ask("Combien d'heures par semaine ?", language="fr"))

    kinds = {(gap.kind, gap.matter): gap.count for gap in await house.gaps()}

    assert kinds == {(GapKind.DISLIKED, "hours"): 2, (GapKind.UNSTATED, "remote"): 1}


async def test_postings_keep_apart(house: House) -> None:
    (house.folder / "cook.yaml").write_text(HAND_WRITTEN.replace("nurse", "cook"))
    await house.live.refresh()
    await house.ask(CREDIT, posting="nurse")
    await house.ask(CREDIT, posting="cook")

    assert {gap.posting for gap in await house.gaps()} == {"nurse", "cook"}


async def test_most_wanted_come_first(house: House) -> None:
    await house.ask("Who invented the stethoscope?", "p1")
    await house.ask("Who invented the stethoscope?", "p2")
    await house.ask(CREDIT, "p3", waits=True)
    house.later()
    await house.ask("Does anybody whistle tunes?", "p4")

    wanted = await house.gaps()
    recent = await house.gaps(GapFilter(order=Order.RECENT))
    oldest = await house.gaps(GapFilter(order=Order.OLDEST))

    assert [(gap.waiting, gap.count) for gap in wanted] == [(1, 1), (0, 2), (0, 1)]
    assert recent[0].examples == ("Does anybody whistle tunes?",)
    assert oldest[0].examples == ("Who invented the stethoscope?",)


async def test_filters_leave_out_what_does_not_fit(house: House) -> None:
    await house.ask("Is remote work possible?", "p1")
    house.later(MINUTE * 10)
    await house.ask("Qui a inventé le stéthoscope ?", "p2", language="fr")
    limit = house.time

    async def number(**values: object) -> int:
        page = await house.desk.gaps(GapFilter(**values))  # type: ignore[arg-type]  # real fields
        assert page.total == len(page.gaps)
        return page.total

    assert await number() == 2
    assert await number(kind=GapKind.UNSTATED) == 1
    assert await number(language="fr") == 1
    assert await number(posting="cook") == 0
    assert await number(since=limit) == 1
    assert await number(before=limit) == 1
    assert await number(state=GapState.IGNORED) == 0


async def test_a_page_says_how_many_there_are_in_all(house: House) -> None:
    for text in ("Who invented paper?", "Does anybody whistle tunes?", CREDIT):
        await house.ask(text)

    page = await house.desk.gaps(start=1, count=1)
    beyond = await house.desk.gaps(start=9, count=1)

    assert (len(page.gaps), page.total, page.start) == (1, 3, 1)
    assert (len(beyond.gaps), beyond.total) == (0, 3)


# ---- Answering -----------------------------------------------------------------------------------


async def test_an_answer_is_learned_told_and_used_for_the_next(house: House) -> None:
    await house.ask(CREDIT, "p1", waits=True)
    await house.ask(CREDIT_ALIKE, "p2", language="fr", waits=True)
    await house.ask(CREDIT_ALIKE, "p3")
    gap = (await house.gap()).summary

    outcome = await done(await house.desk.answer(gap.id, gap.version, ADA, YES))

    assert (outcome.told, outcome.finished, outcome.act.step) == (2, True, Step.DONE)
    assert outcome.due == house.time + MINUTE
    assert await house.told() == []
    house.later()
    english, french = await house.told()
    assert english == f"p1: You asked: “{CREDIT}”. Here is the answer:\n\nThey do."
    assert french.startswith("p2: Vous aviez demandé : « Would night")
    assert "anglais" in french
    assert await house.gaps() == ()
    assert (await house.desk.gap(gap.id)).summary.state is GapState.ANSWERED
    uid = await house.ask("Do night classes count?", "p4")
    logged = await house.store.question(uid)
    assert logged is not None
    assert (logged.decision, logged.open) == ("answer", False)
    assert (house.folder / "nurse.yaml").read_text() == HAND_WRITTEN


async def test_an_answer_on_a_topic_needs_no_phrasings(house: House) -> None:
    await house.ask("Is remote work possible?", waits=True)
    gap = (await house.gap()).summary

    await house.desk.answer(gap.id, gap.version, ADA, Answering({"fr": "Oui, le vendredi."}))

    entry = house.live.current().postings["nurse"].entry("remote")
    assert entry is not None
    assert (entry.answer, entry.learned) == ({"fr": "Oui, le vendredi."}, True)
    detail = await house.desk.gap(gap.id)
    assert (detail.languages, detail.missing) == (("fr", "en"), ("en",))


async def test_an_answer_for_all_postings_serves_the_others(house: House) -> None:
    (house.folder / "cook.yaml").write_text(HAND_WRITTEN.replace("nurse", "cook"))
    await house.live.refresh()
    await house.ask("Is remote work possible?")
    gap = (await house.gap()).summary

    answering = Answering({"en": "On Fridays."}, Learn.ORGANISATION)
    await house.desk.answer(gap.id, gap.version, ADA, answering)

    entry = house.live.current().postings["cook"].entry("remote")
    assert entry is not None
    assert entry.shared
    assert (house.folder / "cook.yaml").read_text() == HAND_WRITTEN.replace("nurse", "cook")


async def test_an_answer_for_once_is_told_and_not_learned(house: House) -> None:
    await house.ask(CREDIT, "p1", waits=True)
    gap = (await house.gap()).summary

    outcome = await done(await house.desk.answer(gap.id, gap.version, ADA, ONCE))

    house.later()
    assert outcome.told == 1
    assert len(await house.told()) == 1
    assert sorted(path.name for path in house.folder.iterdir()) == ["nurse.yaml"]
    await house.ask(CREDIT, "p2")
    assert len(await house.gaps()) == 1


async def test_who_wants_to_be_told_only_after_the_answer_is_told(house: House) -> None:
    uid = await house.ask(CREDIT, "p1")
    gap = (await house.gap()).summary
    await house.desk.answer(gap.id, gap.version, ADA, YES)
    await house.wait(uid, "p1")

    await house.desk.round()

    assert len(await house.told()) == 1
    await house.desk.round()
    assert await house.told() == []


async def test_one_person_with_two_questions_is_told_once(house: House) -> None:
    await house.ask(CREDIT, "p1", waits=True)
    await house.ask(CREDIT_ALIKE, "p1", waits=True)
    gap = (await house.gap()).summary

    await house.desk.answer(gap.id, gap.version, ADA, YES)

    house.later()
    (said,) = await house.told()
    assert f"“{CREDIT}”, “{CREDIT_ALIKE}”" in said


async def test_of_two_moderators_the_first_wins_and_the_second_is_told(house: House) -> None:
    await house.ask(CREDIT, "p1", waits=True)
    gap = (await house.gap()).summary

    outcomes = await asyncio.gather(
        house.desk.answer(gap.id, gap.version, ADA, YES),
        house.desk.answer(gap.id, gap.version, BEA, ONCE),
        return_exceptions=True,
    )

    won = [one for one in outcomes if isinstance(one, Done)]
    lost = [one for one in outcomes if isinstance(one, AlreadyDecided)]
    assert (len(won), len(lost)) == (1, 1)
    assert lost[0].by == won[0].act.moderator
    assert (lost[0].what, lost[0].at, lost[0].text) == ("answer", house.time, "They do.")
    house.later()
    assert len(await house.told()) == 1


async def test_the_same_request_again_does_nothing_further(house: House) -> None:
    await house.ask(CREDIT, "p1", waits=True)
    gap = (await house.gap()).summary

    first = await done(await house.desk.answer(gap.id, gap.version, ADA, YES, key="update 7"))
    again = await done(await house.desk.answer(gap.id, gap.version, ADA, YES, key="update 7"))

    assert again.act == first.act
    assert again.told == first.told == 1
    assert len(await house.desk.acts()) == 1


@pytest.mark.parametrize(
    ("answering", "reason"),
    [
        (Answering({"en": " \n"}), "no_text"),
        (Answering({"en": "They do."}), "no_questions"),
        (Answering({"en": "They do."}, entry="hours"), "by_hand"),
        (Answering({"en": "From {start}."}, questions={"en": (CREDIT,)}), "invalid"),
        (Answering({"en": "Hm."}, entry="No Id!", questions={"en": (CREDIT,)}), "invalid"),
    ],
    ids=["no text", "no questions", "answered by hand", "unknown placeholder", "no id"],
)
async def test_what_cannot_be_learned_is_refused_before_anything_is_written(
    house: House, answering: Answering, reason: str
) -> None:
    await house.ask(CREDIT)
    gap = (await house.gap()).summary

    with pytest.raises(NotPossible) as caught:
        await house.desk.answer(gap.id, gap.version, ADA, answering)

    assert caught.value.reason == reason
    assert await house.desk.acts() == ()
    assert len(await house.gaps()) == 1
    assert [path.name for path in house.folder.iterdir()] == ["nurse.yaml"]


async def test_what_would_pull_others_away_is_shown_first(house: House) -> None:
    await house.ask(CREDIT, "p1", waits=True)
    gap = (await house.gap()).summary
    greedy = Answering({"en": "They do."}, entry="a", questions={"en": ("many hours week",)})

    outcome = await house.desk.answer(gap.id, gap.version, ADA, greedy)

    assert isinstance(outcome, Clashing)
    (clash,) = outcome.preview.clashes
    assert (clash.question, clash.before, clash.after) == ("How many hours per week?", "hours", "a")
    assert await house.desk.acts() == ()
    meant = await house.desk.answer(gap.id, gap.version, ADA, greedy, despite=True)
    assert (await done(meant)).told == 1


async def test_a_preview_shows_what_candidates_would_read(house: House) -> None:
    await house.ask(CREDIT)
    gap = (await house.gap()).summary
    answering = Answering({"en": "At {organisation}, yes."}, questions={"en": (CREDIT, "So what?")})

    preview = await house.desk.preview(gap.id, answering)

    assert preview.replies["en"] == "At Clinic, yes."
    assert "anglais" in preview.replies["fr"]
    assert preview.clashes == ()
    assert await house.desk.acts() == ()


async def test_a_viewer_changes_nothing(house: House) -> None:
    uid = await house.ask(CREDIT)
    gap = (await house.gap()).summary
    desk, number, version = house.desk, gap.id, gap.version
    tried = [
        desk.answer(number, version, EVE, YES),
        desk.assign(number, version, EVE, Assigning("hours")),
        desk.ignore(number, version, EVE),
        desk.reopen(number, version, EVE),
        desk.erase(number, version, EVE),
        desk.block(uid, EVE),
        desk.merge([(number, version), (number, version)], EVE),
        desk.split(number, version, EVE, [uid]),
        desk.undo(1, EVE),
        desk.close_retried(await desk.retry("nurse"), EVE),
    ]

    for one in tried:
        with pytest.raises(Refused):
            await one
    assert await desk.acts() == ()


async def test_what_cannot_be_written_now_is_written_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.ask(CREDIT, "p1", waits=True)
    gap = (await house.gap()).summary

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("bot.moderation.carrying.teach", refuse)
        outcome = await done(await house.desk.answer(gap.id, gap.version, ADA, YES))
        await house.desk.round()

    assert (outcome.finished, outcome.act.step) == (False, Step.RECORDED)
    assert "No space left" in outcome.trouble
    await house.desk.round()
    house.later()
    assert len(await house.told()) == 1
    assert (await house.desk.acts())[0].step is Step.DONE


async def test_an_answer_undone_before_it_was_written_is_never_learned(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.ask(CREDIT, "p1", waits=True)
    gap = (await house.gap()).summary

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("bot.moderation.carrying.teach", refuse)
        outcome = await done(await house.desk.answer(gap.id, gap.version, ADA, YES))
    await house.desk.undo(outcome.act.id, ADA)
    await house.desk.round()

    house.later()
    assert await house.told() == []
    assert not (house.folder / "nurse.learned.yaml").exists()
    assert len(await house.gaps()) == 1


# ---- It is topic X, or entry Y -------------------------------------------------------------------


async def test_questions_become_phrasings_of_what_they_are_about(house: House) -> None:
    await house.ask("May I leave my bicycle somewhere?", "p1", waits=True)
    gap = (await house.gap()).summary

    assigning = Assigning("parking", {"en": ("Can I leave my bicycle somewhere?",)})
    outcome = await done(await house.desk.assign(gap.id, gap.version, ADA, assigning))

    house.later()
    (said,) = await house.told()
    assert said.endswith("Yes.")
    assert outcome.act.entry == "parking"
    uid = await house.ask("May I leave my bicycle somewhere?", "p2")
    logged = await house.store.question(uid)
    assert logged is not None
    assert logged.entry == "parking"


async def test_a_gap_becomes_that_of_a_topic_that_nothing_answers(house: House) -> None:
    await house.ask("Could one do this job at home?", "p1")
    gap = (await house.gap()).summary

    await house.desk.assign(gap.id, gap.version, ADA, Assigning("remote"))

    (now,) = await house.gaps()
    assert (now.id, now.matter, now.kind) == (gap.id, "remote", GapKind.UNSTATED)
    await house.ask("Is remote work possible?", "p2")
    assert (await house.gap()).summary.count == 2


async def test_a_gap_joins_the_one_that_its_topic_has_already(house: House) -> None:
    await house.ask("Is remote work possible?", "p1")
    await house.ask("Could one do this job at home?", "p2")
    topical, other = sorted(await house.gaps(), key=lambda gap: gap.matter is None)

    outcome = await done(await house.desk.assign(other.id, other.version, ADA, Assigning("remote")))

    (now,) = await house.gaps()
    assert (now.id, now.count) == (topical.id, 2)
    await house.desk.undo(outcome.act.id, ADA)
    assert {gap.matter for gap in await house.gaps()} == {"remote", None}


async def test_nobody_can_assign_to_what_is_not_there(house: House) -> None:
    await house.ask(CREDIT)
    gap = (await house.gap()).summary

    with pytest.raises(NotPossible) as caught:
        await house.desk.assign(gap.id, gap.version, ADA, Assigning("parkng"))

    assert caught.value.reason == "target"


# ---- Ignoring, reopening, erasing, blocking ------------------------------------------------------


async def test_an_ignored_gap_swallows_alike_questions_until_it_is_reopened(house: House) -> None:
    await house.ask(CREDIT, "p1")
    gap = (await house.gap()).summary
    await house.desk.ignore(gap.id, gap.version, ADA)

    await house.ask(CREDIT_ALIKE, "p2")

    assert await house.gaps() == ()
    assert await house.store.open_count() == 0
    ignored = (await house.gap(GapFilter(state=GapState.IGNORED))).summary
    assert ignored.count == 2
    await house.desk.reopen(gap.id, ignored.version, ADA)
    assert (await house.gap()).summary.count == 2
    assert await house.store.open_count() == 2


async def test_what_is_erased_is_out_of_sight_at_once_and_gone_after_a_minute(
    house: House,
) -> None:
    uid = await house.ask(CREDIT, "p1", waits=True)
    await house.ask(CREDIT_ALIKE, "p2")
    gap = (await house.gap()).summary

    await house.desk.erase(gap.id, gap.version, ADA, [uid])

    detail = await house.desk.gap(gap.id)
    assert [one.text for one in detail.questions] == ["", CREDIT_ALIKE]
    assert detail.summary.examples == (CREDIT_ALIKE,)
    house.later(MINUTE - dt.timedelta(milliseconds=1))
    await house.desk.round()
    assert (await house.store.question(uid)).text == CREDIT  # type: ignore[union-attr]
    house.later(dt.timedelta(milliseconds=1))
    await house.desk.round()
    assert (await house.store.question(uid)).text == ""  # type: ignore[union-attr]
    waiting = Waiting(house.store.database, house.store.pseudonyms)
    say = lambda waiters: Reply(f"No answer to {[one.text for one in waiters]}.")  # noqa: E731
    assert await waiting.end(house.time, say) == 1
    assert await house.told() == ["p1: No answer to ['']."]
    assert (await house.gap()).summary.waiting == 0


async def test_erasing_can_be_undone_for_a_minute(house: House) -> None:
    await house.ask(CREDIT)
    gap = (await house.gap()).summary
    erased = await house.desk.erase(gap.id, gap.version, ADA)
    assert await house.gaps() == ()

    await house.desk.undo(erased.act.id, ADA)

    house.later(MINUTE * 2)
    await house.desk.round()
    assert (await house.gap()).questions[0].text == CREDIT


async def test_a_late_undo_of_an_erasing_leaves_a_later_one_alone(house: House) -> None:
    uid = await house.ask(CREDIT)
    gap = (await house.gap()).summary
    first = await house.desk.erase(gap.id, gap.version, ADA)
    await house.dislike(uid)
    gap = (await house.gap()).summary
    await house.desk.erase(gap.id, gap.version, ADA)

    await house.desk.undo(first.act.id, BEA)

    assert await house.gaps() == ()
    house.later()
    await house.desk.round()
    assert (await house.store.question(uid)).text == ""  # type: ignore[union-attr]


async def test_erased_texts_do_not_come_back(house: House) -> None:
    await house.ask(CREDIT)
    gap = (await house.gap()).summary
    erased = await house.desk.erase(gap.id, gap.version, ADA)
    house.later()
    await house.desk.round()

    with pytest.raises(NotPossible) as caught:
        await house.desk.undo(erased.act.id, ADA)

    assert caught.value.reason == "final"


async def test_a_blocked_person_is_not_waited_on_and_leaves_the_list(house: House) -> None:
    uid = await house.ask(CREDIT, "rude", waits=True)
    await house.ask("Who invented the stethoscope?", "rude")
    await house.ask(CREDIT_ALIKE, "p2")

    outcome = await house.desk.block(uid, ADA)

    (gap,) = await house.gaps()
    assert (gap.count, gap.waiting) == (1, 0)
    assert outcome.act.questions == 2
    with pytest.raises(NotPossible):
        await house.desk.block(uid, ADA)
    await house.desk.undo(outcome.act.id, ADA)
    assert sum(gap.count for gap in await house.gaps()) == 3


# ---- Merging and splitting -----------------------------------------------------------------------


async def test_what_was_merged_stays_together(house: House) -> None:
    await house.ask(CREDIT, "p1")
    await house.ask("Who invented the stethoscope?", "p2")
    first, second = sorted(await house.gaps(), key=lambda gap: gap.id)

    await house.desk.merge([(first.id, first.version), (second.id, second.version)], ADA)
    await house.ask("Who invented stethoscopes?", "p3")

    gap = (await house.gap()).summary
    assert (gap.id, gap.count) == (first.id, 3)


async def test_what_was_merged_stays_together_after_an_answer(house: House) -> None:
    await house.ask(CREDIT, "p1")
    await house.ask("Who invented the stethoscope?", "p2")
    first, second = sorted(await house.gaps(), key=lambda gap: gap.id)
    await house.desk.merge([(first.id, first.version), (second.id, second.version)], ADA)
    gap = (await house.gap()).summary
    await house.desk.answer(gap.id, gap.version, ADA, ONCE)

    await house.ask("Who invented the stethoscope?", "p3")
    await house.ask(CREDIT, "p4")

    assert (await house.gap()).summary.count == 2


async def test_merging_can_be_undone(house: House) -> None:
    await house.ask(CREDIT, "p1")
    await house.ask("Who invented the stethoscope?", "p2")
    first, second = sorted(await house.gaps(), key=lambda gap: gap.id)
    merged = await house.desk.merge([(first.id, first.version), (second.id, second.version)], ADA)

    await house.desk.undo(merged.act.id, ADA)

    assert sorted(gap.count for gap in await house.gaps()) == [1, 1]


async def test_what_was_split_founds_a_gap_that_alike_questions_join(house: House) -> None:
    await house.ask("Is remote work possible?", "p1")
    uid = await house.ask("Is remote work abroad possible?", "p2", topic="remote")
    gap = (await house.gap()).summary
    assert gap.count == 2

    split = await house.desk.split(gap.id, gap.version, ADA, [uid])
    await house.ask("Is remote work from abroad possible?", "p3", topic="remote")
    await house.ask("Le télétravail est possible ?", "p4", language="fr")

    counts = {one.id: one.count for one in await house.gaps()}
    assert split.act.gap is not None
    assert counts == {gap.id: 2, split.act.gap: 2}
    await house.desk.undo(split.act.id, ADA)
    assert (await house.gap()).summary.count == 4


# ---- Undoing -------------------------------------------------------------------------------------


async def test_an_undo_in_time_tells_nobody(house: House) -> None:
    await house.ask(CREDIT, "p1", waits=True)
    gap = (await house.gap()).summary
    outcome = await done(await house.desk.answer(gap.id, gap.version, ADA, YES))
    house.later(MINUTE - dt.timedelta(seconds=1))

    undone = await house.desk.undo(outcome.act.id, BEA)

    house.later()
    assert await house.told() == []
    assert (undone.told, undone.spared, undone.of.step) == (0, 1, Step.UNDONE)
    now = (await house.gap()).summary
    assert (now.count, now.waiting, now.matter) == (1, 1, None)
    assert house.live.current().postings["nurse"].entry(outcome.act.entry) is None
    acts = (await house.desk.gap(gap.id)).acts
    assert [(act.verb, act.moderator) for act in acts] == [
        (Verb.ANSWER, "Ada"),
        (Verb.UNDO, "Bea"),
    ]
    assert acts[0].undone == acts[1].id


async def test_a_late_undo_says_how_many_were_told(house: House) -> None:
    await house.ask(CREDIT, "p1", waits=True)
    await house.ask(CREDIT_ALIKE, "p2", waits=True)
    gap = (await house.gap()).summary
    outcome = await done(await house.desk.answer(gap.id, gap.version, ADA, YES))
    house.later()
    assert len(await house.told()) == 2

    undone = await house.desk.undo(outcome.act.id, ADA)

    assert (undone.told, undone.spared) == (2, 0)


async def test_what_was_undone_cannot_be_undone_again(house: House) -> None:
    await house.ask(CREDIT)
    gap = (await house.gap()).summary
    ignored = await house.desk.ignore(gap.id, gap.version, ADA)
    await house.desk.undo(ignored.act.id, ADA)

    with pytest.raises(NotPossible) as caught:
        await house.desk.undo(ignored.act.id, ADA)

    assert caught.value.reason == "undone"


async def test_after_an_undo_another_answer_can_be_given(house: House) -> None:
    await house.ask(CREDIT, "p1", waits=True)
    gap = (await house.gap()).summary
    outcome = await done(await house.desk.answer(gap.id, gap.version, ADA, YES))
    await house.desk.undo(outcome.act.id, ADA)
    gap = (await house.gap()).summary

    await house.desk.answer(gap.id, gap.version, BEA, Answering({"en": "No."}, Learn.ONCE))

    house.later()
    (said,) = await house.told()
    assert said.endswith("No.")


async def answered_twice(house: House, first: Answering, second: Answering) -> tuple[int, int]:
    """The acts of an answer, and of another one after the gap was opened again."""
    gap = (await house.gap()).summary
    before = await done(await house.desk.answer(gap.id, gap.version, ADA, first))
    gap = (await house.desk.gap(gap.id)).summary
    await house.desk.reopen(gap.id, gap.version, ADA)
    gap = (await house.desk.gap(gap.id)).summary
    second = replace(second, entry=before.act.entry)
    after = await done(await house.desk.answer(gap.id, gap.version, BEA, second))
    return before.act.id, after.act.id


async def test_an_answer_that_was_taken_back_does_not_return_with_the_next_undo(
    house: House,
) -> None:
    await house.ask(CREDIT)
    before, after = await answered_twice(house, YES, replace(YES, texts={"en": "No."}))

    await house.desk.undo(before, ADA)
    await house.desk.undo(after, ADA)

    learned = (house.folder / "nurse.learned.yaml").read_text()
    assert "They do" not in learned
    assert "night classes" not in learned


@pytest.mark.parametrize("text", ["No.", "They do."])
async def test_an_answer_stays_where_the_one_before_it_is_taken_back(
    house: House, text: str
) -> None:
    await house.ask(CREDIT)
    before, _ = await answered_twice(house, YES, replace(YES, texts={"en": text}))

    await house.desk.undo(before, ADA)

    posting = house.live.current().postings["nurse"]
    (entry,) = [one for one in posting.entries if one.learned]
    assert entry.answer == {"en": text}
    assert entry.questions["en"] == ("Do night classes count?", CREDIT)


# ---- Trying again --------------------------------------------------------------------------------


async def test_other_open_questions_that_are_answered_now_can_be_closed_with_it(
    house: House,
) -> None:
    await house.ask(CREDIT, "p1")
    await house.ask("Classes at night, do they count?", "p2", waits=True)
    first = next(gap for gap in await house.gaps() if CREDIT in gap.examples)

    outcome = await done(await house.desk.answer(first.id, first.version, ADA, YES))

    assert outcome.retried is not None
    assert (len(outcome.retried.questions), outcome.retried.people) == (1, 1)
    closed = await house.desk.close_retried(outcome.retried, ADA)
    assert closed.told == 1
    assert await house.gaps() == ()
    house.later()
    (said,) = await house.told()
    assert said.endswith("They do.")
    undone = await house.desk.undo(closed.act.id, ADA)
    assert (undone.told, len(await house.gaps())) == (1, 1)


async def test_what_a_candidate_dislikes_after_being_told_is_open_again(house: House) -> None:
    uid = await house.ask(CREDIT, "p1", waits=True)
    gap = (await house.gap()).summary
    await house.desk.answer(gap.id, gap.version, ADA, YES)
    await house.dislike(uid)

    (now,) = await house.gaps()

    assert (now.kind, now.count) == (GapKind.DISLIKED, 1)
    assert now.id != gap.id


# ---- Finding and counting ------------------------------------------------------------------------


async def test_words_find_gaps_with_and_without_accents(house: House) -> None:
    await house.ask("Qui a inventé le stéthoscope ?", language="fr")
    await house.ask(CREDIT)

    async def found(words: str) -> list[tuple[str, ...]]:
        return [gap.examples for gap in await house.desk.find(words)]

    assert await found("stethoscope") == [("Qui a inventé le stéthoscope ?",)]
    assert await found("NIGHT classes") == [(CREDIT,)]
    assert await found("night stethoscope") == []
    assert await found("100%_") == []
    assert await found("") == []


async def test_numbers(house: House) -> None:
    await house.ask(CREDIT, "p1", waits=True)
    await house.ask(CREDIT_ALIKE, "p2")
    await house.ask("Who invented the stethoscope?", "p3")
    ignored = next(gap for gap in await house.gaps() if gap.count == 1)
    await house.desk.ignore(ignored.id, ignored.version, ADA)

    stats = await house.desk.stats()

    assert (stats.gaps, stats.questions, stats.waiting, stats.ignored) == (1, 2, 1, 1)
    assert stats.by_posting == {"nurse": 1}


async def test_a_question_whose_gap_was_answered_meanwhile_is_open_again_after_an_undo(
    house: House,
) -> None:
    uid = await house.ask(CREDIT, "rude")
    await house.ask(CREDIT_ALIKE, "p2")
    blocked = await house.desk.block(uid, ADA)
    gap = (await house.gap()).summary
    await house.desk.answer(gap.id, gap.version, ADA, ONCE)

    await house.desk.undo(blocked.act.id, ADA)

    (now,) = await house.gaps()
    assert (now.count, now.id != gap.id) == (1, True)
