"""What a posting does not say, though candidates will ask or the law will."""

from bot.core.posting import Posting, Standing
from bot.core.topic import Texts, pick
from bot.knowledge.checking.notes import Notes

OFTEN_ASKED = (
    "salary",
    "hours",
    "location",
    "contract",
    "start_date",
    "deadline",
    "how_to_apply",
    "documents",
    "remote",
    "experience",
    "education",
    "languages",
    "benefits",
    "selection_process",
)
"""What nearly every candidate asks about, whatever the job."""

_PAY = (
    "Directive (EU) 2023/970 has candidates told the pay, or its range, before the interview: "
    "add `topic: salary`"
)


def check_missing(posting: Posting, notes: Notes) -> None:
    """Note the topics that are often asked and neither answered nor listed, and missing pay."""
    if not posting.topics or not posting.entries:
        return
    standings = {topic: posting.coverage(topic).standing for topic in OFTEN_ASKED}
    known = [topic for topic in OFTEN_ASKED if topic in notes.topics]
    open_ones = [topic for topic in known if standings[topic] is Standing.MISSING]
    if open_ones:
        what = f"often asked, and neither answered nor listed: {', '.join(open_ones)}"
        notes.hint(None, what, "answer them, or list them under `unstated:`")
    if "salary" in notes.topics and standings["salary"] in {Standing.MISSING, Standing.UNSTATED}:
        notes.hint(None, "the pay is not stated", _PAY)


def check_languages(posting: Posting, notes: Notes) -> None:
    """Note the texts that are missing in one of the posting's languages."""
    missing = _missing(posting.title, posting)
    if missing:
        notes.warn(None, f"the title is missing in {missing}", "add it")
    for entry in posting.entries:
        texts = {"answer": entry.answer, "answer_closed": entry.answer_closed}
        if entry.topic is None:
            texts["questions"] = {code: "?" for code, asked in entry.questions.items() if asked}
        for key, by_language in texts.items():
            lacking = _missing(by_language, posting)
            if lacking and by_language:
                other = pick(by_language, posting.languages[0], posting.languages)
                how = f"add it; until then candidates read it in {other[0] if other else '?'}"
                if key == "questions":
                    how = "add some; until then it is hardly found in that language"
                notes.warn(entry, f"`{key}` of `{entry.id}` is missing in {lacking}", how)


def _missing(texts: Texts, posting: Posting) -> str:
    return ", ".join(code for code in posting.languages if code not in texts)
