"""The real engine, the real bank, the real posting."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.chat import Chat
from bot.core.decision import (
    Answer,
    Decision,
    Partial,
    SmallTalk,
    Unanswered,
    Understanding,
    Unstated,
    name,
)
from bot.core.posting import Entry, KnowledgeBase, Posting
from bot.knowledge.models import load_engine
from bot.matching.engine import Engine

NOBODY = Chat()


def _understood(
    engine: Engine, knowledge: KnowledgeBase, posting: Posting, text: str, chat: Chat = NOBODY
) -> Understanding:
    return engine.understand(knowledge, posting, text, chat)


@pytest.mark.parametrize(
    ("question", "decision"),
    [
        ("Quels sont les horaires ?", Answer("hours", "hours")),
        ("how many hours per week", Answer("hours", "hours")),
        ("c koi le salaire", Unstated("salary", listed=True)),
        ("Faut-il travailler la nuit ?", Partial("hours.nights", "hours")),
        ("What is the application deadline?", Answer("deadline", "deadline")),
        ("merci beaucoup !", SmallTalk("thanks")),
        ("Comment réussir une mayonnaise ?", Unanswered()),
    ],
)
def test_plain_questions_get_their_decision(
    engine: Engine,
    knowledge: KnowledgeBase,
    posting: Posting,
    question: str,
    decision: Decision,
) -> None:
    understood = _understood(engine, knowledge, posting, question)

    assert [part.decision for part in understood.parts] == [decision]


def test_several_questions_in_one_message_each_get_a_part(
    engine: Engine, knowledge: KnowledgeBase, posting: Posting
) -> None:
    text = "Quel est le salaire ? Et c'est dans quelle ville ?"

    understood = _understood(engine, knowledge, posting, text)

    assert [name(part.decision) for part in understood.parts] == ["unstated", "answer"]
    assert understood.decision == "answer"


def test_a_question_about_something_else_is_not_lost_beside_one_that_is_answered(
    engine: Engine, knowledge: KnowledgeBase, posting: Posting
) -> None:
    text = "C'est dans quelle ville ? Et qui a gagné la coupe du monde de rugby ?"

    understood = _understood(engine, knowledge, posting, text)

    assert [name(part.decision) for part in understood.parts] == ["answer", "unanswered"]
    assert understood.parts[1].text == "Et qui a gagné la coupe du monde de rugby ?"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (
            "Le treizième mois, vous le versez ? Le poste, il est basé où ?",
            ["Le treizième mois, vous le versez ?", "Le poste, il est basé où ?"],
        ),
        (
            "The town, which one is it? And the pay, is it any good?",
            ["The town, which one is it?", "And the pay, is it any good?"],
        ),
        ("c ou et c paye cb", ["c ou", "et c paye cb"]),
        (
            "I have a baby. Part-time possible? Which town is it in?",
            ["I have a baby. Part-time possible?", "Which town is it in?"],
        ),
        (
            "C'est dans quelle ville ? Mon espagnol est courant. Utile ?",
            ["C'est dans quelle ville ?", "Mon espagnol est courant. Utile ?"],
        ),
    ],
)
def test_each_question_of_a_message_is_heard_as_a_whole(
    engine: Engine, knowledge: KnowledgeBase, posting: Posting, text: str, pieces: list[str]
) -> None:
    understood = _understood(engine, knowledge, posting, text)

    assert [part.text for part in understood.parts] == pieces


def test_a_statement_before_the_only_question_is_context(
    engine: Engine, knowledge: KnowledgeBase, posting: Posting
) -> None:
    text = "Je vis à Lille avec ma famille. Le poste, il est dans quelle ville ?"

    understood = _understood(engine, knowledge, posting, text)

    assert [part.decision for part in understood.parts] == [Answer("location", "location")]


def test_a_question_in_place_is_heard_before_one_with_a_mark(
    engine: Engine, knowledge: KnowledgeBase, posting: Posting
) -> None:
    text = "je mets quoi comme objet du mail\net c'est dans quelle ville ?"

    understood = _understood(engine, knowledge, posting, text)

    assert len(understood.parts) == 2


def test_a_short_message_goes_on_from_the_last_topic(
    engine: Engine, knowledge: KnowledgeBase, posting: Posting
) -> None:
    alone = _understood(engine, knowledge, posting, "et le dimanche ?")
    after = _understood(engine, knowledge, posting, "et le dimanche ?", Chat(last_topic="hours"))

    def share(understood: Understanding) -> float:
        ranking = understood.parts[0].ranking
        return sum(c.confidence for c in ranking if c.id.partition(".")[0] == "hours")

    assert share(after) >= share(alone)
    assert isinstance(after.parts[0].decision, Partial)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Quel est le salaire ?", "fr"),
        ("What is the salary?", "en"),
        ("¿Cuánto se cobra al mes y dónde es el trabajo?", "es"),
        ("Яка зарплата на цій посаді?", "uk"),
    ],
)
def test_the_language_is_told(
    engine: Engine, knowledge: KnowledgeBase, posting: Posting, text: str, language: str
) -> None:
    assert _understood(engine, knowledge, posting, text).language == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "🤷‍♀️",
        "????",
        "a" * 10_000,
        "\u202e\u200b\u200d",
        "e" + "\u0301" * 2_000,
        "=HYPERLINK(1)",
        "<b>_*[\\",
        "\x00salaire\x00",
    ],
)
def test_odd_texts_are_understood_as_something(
    engine: Engine, knowledge: KnowledgeBase, posting: Posting, text: str
) -> None:
    assert _understood(engine, knowledge, posting, text).parts


def test_what_holds_no_letter_is_not_understood(
    engine: Engine, knowledge: KnowledgeBase, posting: Posting
) -> None:
    assert _understood(engine, knowledge, posting, "🤷 ??").decision == "unanswered"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(text=st.text(max_size=300))
def test_any_text_has_parts_and_the_same_ones_again(
    engine: Engine, knowledge: KnowledgeBase, posting: Posting, text: str
) -> None:
    first = _understood(engine, knowledge, posting, text)

    assert first.parts
    assert _understood(engine, knowledge, posting, text) == first


def test_an_explanation_names_words_and_phrasings(
    engine: Engine, knowledge: KnowledgeBase, posting: Posting
) -> None:
    lines = engine.explain(knowledge, posting, "quel est le salaire par mois ?")

    assert lines[0].startswith("salary")
    assert any("salaire" in line for line in lines)


def test_without_the_bank_only_the_own_entries_compete(tmp_path: Path) -> None:
    own = Posting(
        id="shop",
        organisation="Shop",
        title={"en": "Shop"},
        languages=("en",),
        topics=False,
        entries=tuple(
            Entry(entry, questions={"en": questions}, answer={"en": entry})
            for entry, questions in (
                ("card", ("my card was declined", "card does not work", "the card is broken")),
                ("refund", ("I want my money back", "how do I get a refund", "refund please")),
            )
        ),
    )
    base = KnowledgeBase({"shop": own}, {})

    understood = load_engine(base, tmp_path).understand(base, own, "is my card broken?", NOBODY)

    assert {candidate.id for candidate in understood.parts[0].ranking} <= {"card", "refund"}
    assert understood.parts[0].ranking[0].id == "card"


def test_a_trained_model_is_found_again(
    knowledge: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory, engine: Engine
) -> None:
    told: list[str] = []
    cache = next(
        path for path in tmp_path_factory.getbasetemp().iterdir() if path.name.startswith("models")
    )

    load_engine(knowledge, cache, told=lambda: told.append("trained"))

    assert engine.bank is not None
    assert told == []
