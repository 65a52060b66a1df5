"""What may stand in a knowledge file: the models behind the checks and behind the JSON Schema.

Every value comes in as text; plain texts stand for the posting's first language and are kept
under the empty language until that is known. What stays out: line numbers (`validation`) and
what needs more than one value to be judged (`reading`).
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeAlias
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from bot.core.topic import Topic, is_special
from bot.knowledge.dates import parse_closes
from bot.knowledge.mistake import mistake
from bot.knowledge.nearest import folded, nearest, nearest_topic

PLACEHOLDERS = ("closes", "url", "title", "organisation")
FIRST_LANGUAGE = ""
"""The language of a text that was written without one: the first of the posting's."""

_LANGUAGE = re.compile(r"[a-z]{2}")
_ENTRY_ID = re.compile(r"[a-z0-9_.-]{1,40}")
_POSTING_ID = re.compile(r"[a-z0-9-]{1,40}")
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_YES = {"true", "yes", "on", "oui"}
_NO = {"false", "no", "off", "non"}


@dataclass(frozen=True)
class Known:
    """What the checks may refer to: the topics of the bank."""

    topics: Mapping[str, Topic] = field(default_factory=dict)


def placeholders(text: str) -> tuple[str, ...]:
    """The names that stand in braces in *text*."""
    return tuple(_PLACEHOLDER.findall(text))


def _language(code: str) -> str:
    if _LANGUAGE.fullmatch(code) or code == FIRST_LANGUAGE:
        return code
    how = "use two small letters, as in fr or en"
    if len(code.split()) > 1:
        how = "a text with a comma inside { } must stand in quotation marks"
    raise mistake(f"`{code[:40]}` is not a language", how)


def _written(text: str) -> str:
    stripped = text.strip()
    if not stripped:
        raise mistake("the text is empty", "write it, or remove the key")
    return stripped


def _filled(text: str) -> str:
    for name in placeholders(text):
        if name not in PLACEHOLDERS:
            meant = nearest(name, PLACEHOLDERS)
            known = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
            how = f"did you mean {{{meant}}}?" if meant else f"known are {known}"
            raise mistake(f"nothing is known to fill in for {{{name[:40]}}}", how)
    return text


def _by_language(value: Any) -> Any:
    """A plain text or list stands for the first language; a language left empty is not given."""
    if isinstance(value, str | list):
        return {FIRST_LANGUAGE: value}
    if isinstance(value, dict):
        if FIRST_LANGUAGE in value:
            raise mistake("a language is missing before the colon", "write fr: or en: before it")
        given = {k: v for k, v in value.items() if v is not None or not _LANGUAGE.fullmatch(k)}
        if not given:
            raise mistake("no language has a text", "write the text after fr: or en:")
        return given
    return value


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _names(value: Any) -> Any:
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    return value


def _unique(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _posting_id(text: str) -> str:
    return _id(text, _POSTING_ID, "a-z, 0-9 and -")


def _entry_id(text: str) -> str:
    if is_special(text):
        what = f"`{text[:40]}` is for what no posting answers"
        raise mistake(what, "choose another id")
    return _id(text, _ENTRY_ID, "a-z, 0-9, _, . and -")


def _id(text: str, pattern: re.Pattern[str], allowed: str) -> str:
    if pattern.fullmatch(text):
        return text
    example = "-".join(re.findall("[a-z0-9]+", folded(text)))[:40].strip("-")
    how = f"only {allowed}, at most 40 of them" + (f", for example `{example}`" if example else "")
    raise mistake(f"`{text[:60]}` cannot be an id", how)


def _topic(text: str, info: ValidationInfo) -> str:
    topics = info.context.topics if isinstance(info.context, Known) else {}
    if is_special(text):
        raise mistake(f"`{text[:40]}` is for what no posting answers", "remove it")
    if text in topics:
        return text
    meant = nearest_topic(text, topics)
    how = f"did you mean `{meant}`?" if meant else "for a matter of your own, write `id:` instead"
    raise mistake(f"there is no topic `{text[:40]}`", how)


def _moment(value: Any) -> dt.date | dt.datetime:
    if not isinstance(value, str):
        raise mistake("a date is expected here", "write it as 2026-03-26")
    return parse_closes(value)


def _zone(value: Any) -> ZoneInfo:
    name = value.strip() if isinstance(value, str) else ""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        # Which one it is depends on how the name is wrong: a folder, a path, NUL, too long, ...
        meant = nearest(name, available_timezones())
        how = f"did you mean {meant}?" if meant else "write it as Europe/Paris"
        raise mistake(f"`{name[:40]}` is not a time zone", how) from error


def _web(text: str) -> str:
    if not re.match(r"https?://[^\s/]+", text):
        raise mistake(f"`{text[:60]}` is not a web address", "it begins with https://")
    return text


def _truth(value: Any) -> bool:
    word = value.strip().lower() if isinstance(value, str) else ""
    if word in _YES or word in _NO:
        return word in _YES
    raise mistake("true or false is expected here", "write `true`, or remove the line")


def _shipped_topics(value: Any) -> bool:
    if isinstance(value, str) and value.strip().lower() == "none":
        return False
    how = "write `topics: none` to switch the shipped topics off, or remove the line"
    raise mistake("only `none` can stand here", how)


JsonSchema: TypeAlias = dict[str, Any]

# Editors read `39` and `no` as number and boolean where the bot reads texts.
_TEXT_JSON: JsonSchema = {"type": ["string", "number", "boolean"]}
_TEXTS_OR_LIST: JsonSchema = {
    "anyOf": [_TEXT_JSON, {"type": "array", "items": _TEXT_JSON, "minItems": 1}]
}
TOPIC_MARK = "x-topic"
"""Stands in the JSON Schema of a value that must be a topic; `jsonschema` puts the list there."""
_TOPICS_JSON: JsonSchema = {
    "type": "array",
    "items": {TOPIC_MARK: True},
    "uniqueItems": True,
}


def _languages_json(value: JsonSchema, shorthand: JsonSchema) -> JsonSchema:
    return {
        "anyOf": [
            {
                "type": "object",
                "properties": {"fr": value, "en": value},
                "patternProperties": {f"^{_LANGUAGE.pattern}$": value},
                "additionalProperties": False,
                "minProperties": 1,
            },
            shorthand,
        ]
    }


_TEXTS_JSON = _languages_json(_TEXT_JSON, _TEXT_JSON)
_PHRASINGS_JSON = _languages_json(_TEXTS_OR_LIST, _TEXTS_OR_LIST)

Text = Annotated[str, AfterValidator(_written), WithJsonSchema(_TEXT_JSON)]
Language = Annotated[str, AfterValidator(_language)]
Texts = Annotated[dict[Language, Text], BeforeValidator(_by_language), WithJsonSchema(_TEXTS_JSON)]
Answers = Annotated[
    dict[Language, Annotated[Text, AfterValidator(_filled)]],
    BeforeValidator(_by_language),
    WithJsonSchema(_TEXTS_JSON),
]
Phrasings = Annotated[
    dict[Language, Annotated[tuple[Text, ...], BeforeValidator(_listed)]],
    BeforeValidator(_by_language),
    WithJsonSchema(_PHRASINGS_JSON),
]
Languages = Annotated[
    tuple[Annotated[Language, AfterValidator(_written)], ...],
    BeforeValidator(_names),
    AfterValidator(_unique),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "string", "pattern": f"^{_LANGUAGE.pattern}$"},
            "minItems": 1,
            "uniqueItems": True,
        }
    ),
]
TopicId = Annotated[str, AfterValidator(_topic), WithJsonSchema({TOPIC_MARK: True})]
TopicIds = Annotated[
    tuple[TopicId, ...],
    BeforeValidator(_names),
    AfterValidator(_unique),
    WithJsonSchema(_TOPICS_JSON),
]
EntryId = Annotated[
    str,
    AfterValidator(_entry_id),
    WithJsonSchema({"type": ["string", "number"], "pattern": f"^{_ENTRY_ID.pattern}$"}),
]
PostingId = Annotated[
    str,
    AfterValidator(_posting_id),
    WithJsonSchema({"type": ["string", "number"], "pattern": f"^{_POSTING_ID.pattern}$"}),
]
Closes = Annotated[
    dt.date | dt.datetime,
    PlainValidator(_moment),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}([Tt ]+\d{1,2}[:h]\d{2}.*)?$"}
    ),
]
Zone = Annotated[ZoneInfo, PlainValidator(_zone), WithJsonSchema({"type": "string"})]
Web = Annotated[
    Text,
    AfterValidator(_web),
    WithJsonSchema({"type": "string", "pattern": "^https?://"}),
]
Truth = Annotated[bool, PlainValidator(_truth), WithJsonSchema({"type": "boolean"})]
ShippedTopics = Annotated[bool, PlainValidator(_shipped_topics), WithJsonSchema({"enum": ["none"]})]


class _Keys(BaseModel):
    """Keys with their values: others are refused, and a value left empty is not given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        # Unknown keys stay even if empty, since they must be refused.
        return {k: v for k, v in data.items() if v is not None or k not in cls.model_fields}


class PostingHead(_Keys):
    """The job ad itself."""

    id: PostingId = Field(
        description="Short name in links and in the log, never changed.",
        examples=["nurse-lille"],
    )
    organisation: Text = Field(description="Who employs.", examples=["Médecins Sans Frontières"])
    title: Texts = Field(
        description="Title of the posting, by language.", examples=['{fr: "...", en: "..."}']
    )
    languages: Languages = Field(
        description="Languages of the answers; the first one is used where another is missing.",
        examples=["[fr, en]"],
        min_length=1,
    )
    closes: Closes | None = Field(
        None,
        description="Last day for applying (the whole day counts), or date and time.",
        examples=["2026-03-26", "2026-03-26 12:00"],
    )
    timezone: Zone | None = Field(
        None, description="Where the closing date counts.", examples=["Europe/Paris"]
    )
    url: Web | None = Field(None, description="Web page of the posting.", examples=["https://..."])
    topics: ShippedTopics = Field(
        default=True,
        description="`none` switches the shipped topics off: only own entries are used.",
        examples=["none"],
    )


class _Item(_Keys):
    topic: TopicId | None = Field(
        None, description="What the answer is about; the phrasings come with it."
    )
    id: EntryId | None = Field(
        None, description="Name of a matter of your own, which needs `questions`."
    )
    label: Texts = Field(default={}, description="A few words for a button, by language.")
    questions: Phrasings = Field(
        default={}, description="Ways in which candidates ask for it, by language."
    )
    answer_closed: Answers = Field(
        default={}, description="Takes over from `answer` once the posting has closed."
    )
    quote: Text = Field("", description="The words of the posting, short.")
    covers: TopicIds = Field((), description="Details that this answer holds as well.")

    @property
    def key(self) -> str:
        """What names the entry within its posting; empty where neither key was given."""
        return self.topic or self.id or ""


_ANSWER = (
    "What candidates read, by language. {closes}, {url}, {title} and {organisation} are filled in."
)


class EntryItem(_Item):
    """One answer: for a `topic`, or for a matter of your own with an `id` and `questions`."""

    answer: Answers = Field(description=_ANSWER, examples=['{fr: "...", en: "..."}'])


class LearnedItem(_Item):
    """An entry that moderators added: an answer, or only further ways of asking."""

    answer: Answers = Field(default={}, description=_ANSWER)
    added: Text = Field("", description="When it was added.")
    by: Text = Field("", description="Who added it.")


class CheckItem(_Keys):
    """A question that must lead to a topic, to an entry or to a decision."""

    question: Text = Field(description="As a candidate would ask.", examples=["..."])
    expect: Text = Field(
        description="The topic or entry that must answer it, or a decision such as unstated.",
        examples=["hours"],
    )


class KnowledgeFile(_Keys):
    """Everything that can stand in a knowledge file."""

    posting: PostingHead | None = Field(None, description="The job ad that this file is about.")
    organisation: Text | None = Field(
        None,
        description="Instead of `posting`: the answers serve every posting of this organisation.",
        examples=["Médecins Sans Frontières"],
    )
    languages: Languages = Field((), description="Beside `organisation`: languages of the answers.")
    draft: Truth = Field(
        default=False, description="true: not shown in any messenger yet.", examples=["true"]
    )
    entries: tuple[EntryItem, ...] = Field((), description="The answers.")
    unstated: TopicIds = Field(
        (), description="Topics that the posting was read for and says nothing about."
    )
    tests: tuple[CheckItem, ...] = Field((), description="Your own checks of questions.")


class LearnedFile(_Keys):
    """What can stand in a file that the bot itself keeps (``<posting>.learned.yaml``)."""

    entries: tuple[LearnedItem, ...] = ()
