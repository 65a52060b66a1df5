import pytest

from bot.matching.evaluation import Line, Verdict, judge, judge_all, meets, read_lines, report
from bot.matching.record import PartRecord, Record

STATED = Line("?", "answer", ("hours",), also=("contract",), lang="fr", kind="plain")
UNSTATED = Line("?", "unstated", ("salary",), also=("benefits",), lang="fr", kind="unstated")
BOTH = Line("?", "answer", ("hours", "salary"), unstated_part=("salary",), lang="en", kind="multi")
STRANGE = Line("?", "unanswered", lang="fr", kind="oos")
CHAT = Line("?", "smalltalk", lang="en", kind="chitchat")


def record(*parts: str, ms: float = 1.0) -> Record:
    """A record of parts written as ``decision id``; a clarification's ids are its options."""
    told = [part.split() for part in parts]
    offered = tuple(one for words in told if words[0] == "clarify" for one in words[1:])
    return Record(
        "?",
        told[0][0],
        tuple(
            PartRecord("?", w[0], w[1] if w[1:] and w[0] != "clarify" else None, 0.9) for w in told
        ),
        offered,
        (),
        "fr",
        "...",
        ms,
    )


@pytest.mark.parametrize(
    ("line", "parts", "verdict"),
    [
        (STATED, ["answer hours"], Verdict.RIGHT),
        (STATED, ["answer hours.nights"], Verdict.RIGHT),
        (STATED, ["partial hours.nights"], Verdict.RIGHT),
        (STATED, ["answer contract"], Verdict.RIGHT),
        (STATED, ["unstated contract"], Verdict.DENIED),
        (STATED, ["answer salary"], Verdict.WRONG),
        (STATED, ["answer hours", "answer salary"], Verdict.WRONG),
        (STATED, ["answer hours", "unstated salary"], Verdict.DENIED),
        (STATED, ["answer hours", "unanswered"], Verdict.RIGHT),
        (STATED, ["smalltalk smalltalk.greeting", "answer hours"], Verdict.RIGHT),
        (STATED, ["unstated hours"], Verdict.DENIED),
        (STATED, ["unanswered"], Verdict.MISSED),
        (STATED, ["clarify salary hours"], Verdict.OFFERED),
        (STATED, ["clarify salary hours.nights"], Verdict.OFFERED),
        (STATED, ["clarify salary contract"], Verdict.OFFERED),
        (STATED, ["clarify salary location"], Verdict.MISSED),
        (STATED, ["clarify hours", "answer salary"], Verdict.WRONG),
        (STATED, ["answer hours", "clarify salary location"], Verdict.OFFERED),
        (UNSTATED, ["unstated salary"], Verdict.RIGHT),
        (UNSTATED, ["unstated salary.net"], Verdict.RIGHT),
        (UNSTATED, ["partial salary.net"], Verdict.RIGHT),
        (UNSTATED, ["answer salary"], Verdict.WRONG),
        (UNSTATED, ["answer benefits"], Verdict.RIGHT),
        (UNSTATED, ["answer hours"], Verdict.WRONG),
        (UNSTATED, ["unstated remote"], Verdict.DENIED),
        (UNSTATED, ["clarify salary hours"], Verdict.OFFERED),
        (UNSTATED, ["unanswered"], Verdict.MISSED),
        (BOTH, ["answer hours", "unstated salary"], Verdict.RIGHT),
        (BOTH, ["answer hours"], Verdict.MISSED),
        (BOTH, ["answer hours", "answer salary"], Verdict.WRONG),
        (BOTH, ["answer hours", "clarify salary contract"], Verdict.OFFERED),
        (BOTH, ["clarify salary contract"], Verdict.MISSED),
        (STRANGE, ["unanswered"], Verdict.RIGHT),
        (STRANGE, ["smalltalk smalltalk.robot"], Verdict.RIGHT),
        (STRANGE, ["answer hours"], Verdict.WRONG),
        (STRANGE, ["partial hours.nights"], Verdict.WRONG),
        (STRANGE, ["unstated salary"], Verdict.DENIED),
        (STRANGE, ["clarify salary hours"], Verdict.OFFERED),
        (CHAT, ["smalltalk smalltalk.thanks"], Verdict.RIGHT),
        (CHAT, ["unanswered"], Verdict.MISSED),
        (CHAT, ["answer hours"], Verdict.WRONG),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else None,
)
def test_a_reply_is_judged_by_what_it_says(line: Line, parts: list[str], verdict: Verdict) -> None:
    assert judge(line, record(*parts)) is verdict


@pytest.mark.parametrize(
    ("given", "expected", "met"),
    [
        ("hours", "hours", True),
        ("hours.nights", "hours", True),
        ("hours", "hours.nights", False),
        ("hours_extra", "hours", False),
        (None, "hours", False),
    ],
)
def test_an_id_is_met_by_itself_and_its_details(
    given: str | None, expected: str, *, met: bool
) -> None:
    assert meets(given, expected) is met


def test_lines_are_read_with_everything_that_they_say() -> None:
    text = (
        '{"question": "Et le soir ?", "lang": "fr", "kind": "plain", "outcome": "answer", '
        '"expect": ["hours"], "also": ["contract"], "unstated_part": [], "before": ["Bonjour"], '
        '"posting": "nurse", "doubt": "hm", "note": "kept by nobody"}\r\n\n'
        '{"question": "", "outcome": "unanswered"}\n'
    )

    lines, problems = read_lines(text, "dev.jsonl")

    assert problems == ()
    assert [line.line for line in lines] == [1, 3]
    assert lines[0] == Line(
        "Et le soir ?",
        "answer",
        ("hours",),
        ("contract",),
        (),
        ("Bonjour",),
        "fr",
        "plain",
        "nurse",
        doubtful=True,
        file="dev.jsonl",
        line=1,
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("question", "dev.jsonl:2: this is not JSON"),
        ("[" * 100_000, "dev.jsonl:2: this is not JSON"),
        ("[]", "dev.jsonl:2: this is no object"),
        ('{"outcome": "answer"}', "dev.jsonl:2: the question is missing"),
        ('{"question": 3, "outcome": "answer"}', "dev.jsonl:2: the question is missing"),
        ('{"question": "?"}', "dev.jsonl:2: the outcome is missing"),
        ('{"question": "?", "outcome": ["answer"]}', "dev.jsonl:2: the outcome is missing"),
        ('{"question": "?", "outcome": "answer"}', "dev.jsonl:2: nothing is expected"),
        (
            '{"question": "?", "outcome": "answer", "expect": "hours"}',
            "dev.jsonl:2: `expect` should be a list of texts",
        ),
        (
            '{"question": "?", "outcome": "answer", "expect": ["a"], "unstated_part": ["b"]}',
            "dev.jsonl:2: `b` in unstated_part is not expected",
        ),
        (
            '{"question": "?", "outcome": "unanswered", "lang": 3}',
            "dev.jsonl:2: `lang` should be a text",
        ),
    ],
    ids=lambda value: value[:20],
)
def test_a_bad_line_is_named_and_the_others_are_read(line: str, said: str) -> None:
    good = '{"question": "?", "outcome": "unanswered"}'

    lines, problems = read_lines(f"{good}\n{line}\n{good}", "dev.jsonl")

    assert len(lines) == 2
    assert [str(problem).startswith(said) for problem in problems] == [True]


def test_other_languages_and_arguable_labels_are_reported_apart() -> None:
    doubtful = Line("?", "answer", ("hours",), lang="fr", kind="plain", doubtful=True)
    spanish = Line("?", "answer", ("hours",), lang="es", kind="plain")
    lines = [STATED, STATED, doubtful, spanish]
    records = [record("answer hours"), record("answer salary"), record("unanswered")] * 2

    tables = {t.title: t.rows for t in report(judge_all(lines, records[: len(lines)]))}

    everything = ("100.0 %", "100.0 %", "0.0 %", "0.0 %", "0.0 %", "0.0 %")
    half = ("50.0 %", "50.0 %", "50.0 %", "0.0 %", "0.0 %", "0.0 %")
    assert tables["French and English"] == (("answerable", "2", *half),)
    assert tables["By kind"] == (("answerable", "plain", "2", *half),)
    assert tables["Apart: other languages"] == (("answerable", "es", "1", *everything),)
    assert tables["Apart: labels that can be argued"][0][:3] == ("answerable", "1", "0.0 %")
    assert tables["Worst confusions"] == (("1", "hours", "salary (answer)"),)


def test_hedging_shows() -> None:
    tables = report(judge_all([STATED], [record("partial hours.nights")]))

    assert tables[0].rows[0][-1] == "100.0 %"


def test_the_time_per_question_is_told() -> None:
    records = [record("answer hours", ms=float(ms)) for ms in range(1, 101)]

    tables = {t.title: t.rows for t in report(judge_all([STATED] * 100, records))}

    assert tables["Time per question"] == (("50.50 ms", "100.00 ms"),)
