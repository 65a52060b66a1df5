import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.drafting.block import Block, Kind, Source
from bot.drafting.jobposting import read_metadata
from bot.drafting.marked import postings_in
from tests.drafting.conftest import Drafted

FULL: dict[str, Any] = {
    "@type": "JobPosting",
    "title": "Nurse &amp; carer",
    "hiringOrganization": {"@type": "Organization", "name": "Harbour Clinic"},
    "jobLocation": [
        {
            "address": {
                "streetAddress": "4 Quay Street",
                "addressLocality": "Leeds",
                "addressCountry": "GB",
            }
        },
        {"address": {"addressLocality": "York"}},
    ],
    "jobLocationType": "TELECOMMUTE",
    "applicantLocationRequirements": {"@type": "Country", "name": "United Kingdom"},
    "employmentType": ["PART_TIME", "TEMPORARY"],
    "workHours": "20 hours a week",
    "baseSalary": {
        "currency": "GBP",
        "value": {"minValue": "14.50", "maxValue": 16, "unitText": "HOUR"},
    },
    "validThrough": "2027-03-26T12:00:00+00:00",
    "datePosted": "2027-02-01",
    "jobStartDate": "2027-05-03",
    "experienceRequirements": {
        "@type": "OccupationalExperienceRequirements",
        "monthsOfExperience": "24",
    },
    "educationRequirements": {"credentialCategory": "bachelor degree"},
    "skills": "Patience",
    "qualifications": "<p>A nursing degree</p>",
    "responsibilities": "<ul><li>Care for people</li><li>Keep records</li></ul>",
    "jobBenefits": ["Free lunch", "A pension"],
    "incentiveCompensation": "A bonus in December",
    "applicationContact": {
        "name": "Ann Lee",
        "telephone": "0113 496 0000",
        "email": "ann@clinic.example",
    },
    "eligibilityToWorkRequirement": "A right to work in the UK",
    "securityClearanceRequirement": "An enhanced check",
    "identifier": {"@type": "PropertyValue", "value": "HC-7"},
}


def test_every_property_becomes_an_answer_of_its_topic() -> None:
    found = read_metadata(FULL, "en")

    assert (found.title, found.organisation) == ("Nurse & carer", "Harbour Clinic")
    assert found.closes == dt.datetime(2027, 3, 26, 12, tzinfo=dt.UTC)
    assert (found.posted, found.starts) == (dt.date(2027, 2, 1), dt.date(2027, 5, 3))
    assert found.identifier == "HC-7"
    assert found.amounts == (14.5, 16.0)
    assert dict(found.answers) == {
        "responsibilities": ("Care for people", "Keep records"),
        "experience": ("Experience required: 24 months", "Experience required: Patience"),
        "education": (
            "Education required: A nursing degree",
            "Education required: bachelor degree",
        ),
        "benefits": ("Benefits: Free lunch", "Benefits: A pension"),
        "salary.bonus": ("Bonus: A bonus in December",),
        "hours": ("Working hours: 20 hours a week",),
        "hours.part_time": ("Working hours: part time",),
        "eligibility": ("Conditions: A right to work in the UK", "Conditions: An enhanced check"),
        "location": ("Place of work: 4 Quay Street, Leeds ; York",),
        "location.address": ("Place of work: 4 Quay Street, Leeds ; York",),
        "remote": ("Remote work is possible.",),
        "eligibility.residence": ("Remote work from: United Kingdom",),
        "salary": ("Salary: between £14.50 and £16 an hour",),
        "contract": ("Type of contract: temporary",),
        "start_date": ("Start date: Monday 3 May 2027",),
        "contact_human": ("Contact: Ann Lee, 0113 496 0000, ann@clinic.example",),
    }


@pytest.mark.parametrize(
    ("value", "closes"),
    [
        ("2027-03-26", dt.date(2027, 3, 26)),
        ("2027-03-26T23:59", dt.date(2027, 3, 26)),
        ("2027-03-26T00:00:00Z", dt.date(2027, 3, 26)),
        ("2027-13-45", None),
        ("soon", None),
        ({"@value": "2027-03-26"}, dt.date(2027, 3, 26)),
        (["2027-03-26"], dt.date(2027, 3, 26)),
        (20270326, None),
    ],
)
def test_a_closing_date_is_taken_in_any_shape_or_not_at_all(value: Any, closes: Any) -> None:
    assert read_metadata({"validThrough": value}, "en").closes == closes


@pytest.mark.parametrize(
    "data",
    [
        {"@graph": [{"@type": "WebPage"}, FULL]},
        [[FULL]],
        {"@type": "ItemList", "itemListElement": [{"item": FULL}]},
        {**FULL, "@type": ["Thing", "JobPosting"]},
        {**FULL, "@type": "http://schema.org/JobPosting"},
    ],
)
def test_a_posting_is_found_however_it_is_nested(data: Any) -> None:
    (found,) = postings_in(data)

    assert found["title"] == FULL["title"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*FULL, "name", "value", "address", "@value"]), inner, max_size=3
        )
    ),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from(list(FULL)), json_values),
    st.sampled_from(["fr", "en", "de", "xx"]),
)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_the_metadata_is_read(data: dict[str, Any], language: str) -> None:
    assert read_metadata(data, language).title is not None


def page(*texts: str, **metadata: Any) -> Source:
    blocks = (Block(Kind.HEADING, "Nurse", 1), *(Block(Kind.TEXT, text) for text in texts))
    raw = "\n".join(texts)
    return Source(blocks, raw, ({**FULL, **metadata},), language="en")


def test_the_metadata_answers_where_the_page_is_silent(drafted: Drafted) -> None:
    made = drafted(page("We look after the people who live by the harbour, day and night."))

    answers = {entry.key: entry.answer for entry in made.entries}
    assert answers["salary"] == "Salary: between £14.50 and £16 an hour"
    assert answers["deadline"] == "Closing date for applications: {closes}."
    assert made.timezone == "Europe/London"


def test_the_page_goes_before_the_metadata_and_what_differs_is_told(drafted: Drafted) -> None:
    made = drafted(
        page(
            "The salary is £30,000 a year. You work 37 hours a week in Bath, where we are based in "
            "an old mill.",
            "Apply by 31 March 2027 through our website. The job starts on 1 June 2027, in Bath.",
        )
    )

    told = "\n".join(made.doubts)
    assert (
        "the page says Wednesday 31 March 2027 (2027-03-31), the metadata Friday 26 March" in told
    )
    assert "salary: the page says" in told
    assert "hours: the page says" in told
    assert "start: the page says" in told


def test_of_several_postings_on_a_page_the_one_of_its_heading_counts(drafted: Drafted) -> None:
    source = Source(
        (
            Block(Kind.HEADING, "Nurse", 1),
            Block(Kind.TEXT, "A nurse is wanted for our clinic now."),
        ),
        metadata=({"@type": "JobPosting", "title": "Cook"}, {**FULL, "title": "Nurse"}),
    )

    assert drafted(source).organisation == "Harbour Clinic"


def test_the_sector_stands_beside_the_employer_unless_it_is_a_code() -> None:
    employer = {"hiringOrganization": {"name": "Les Tilleuls"}}

    told = read_metadata({**employer, "industry": "Médico-social"}, "fr").answers
    code = read_metadata({**employer, "industry": "8891A"}, "fr").answers

    assert told["organisation"] == ("Employeur : Les Tilleuls", "Secteur : Médico-social")
    assert "organisation" not in code


@pytest.mark.parametrize("said", [True, "true", "True"])
def test_an_application_on_the_page_itself_is_told(said: object) -> None:
    told = read_metadata({"directApply": said}, "en").answers

    assert told["how_to_apply"] == ("Applications are made directly on the page of the posting.",)


@pytest.mark.parametrize("said", [False, "false", None, "perhaps", []])
def test_an_application_elsewhere_adds_nothing(said: object) -> None:
    assert "how_to_apply" not in read_metadata({"directApply": said}, "en").answers
