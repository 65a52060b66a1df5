"""Coverage: for each topic what a posting says, how often it is asked, and what to do next.

What stays out: working it out (`bot.knowledge.coverage`), and counting the log.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from starlette.responses import Response

from bot.core.posting import Posting
from bot.core.topic import parent_of
from bot.knowledge.coverage import STATES, Row, Tally, cover, most_wanted
from bot.moderation.web.charts import bar
from bot.moderation.web.inbox import Labels
from bot.moderation.web.log import day_of, midnight
from bot.moderation.web.sheets import Cell, Sheet, download_of
from bot.moderation.web.visit import Visit

_AT_ONCE = 5
"""So many postings are shown topic by topic on one page; of more, the overview."""

_MOST_WANTED = 3
_QUIET = ("open", "partial", "details", "unstated", "stated")
"""The states in the order in which what nobody asked about is listed: what is to be done first."""


@dataclass(frozen=True)
class Line:
    """A topic or entry as the table shows it.

    ``above`` is what the topic is a detail of, ``through`` what else answers it. ``gaps`` are its
    open matters; ``place`` is that of the entry that answers it among the posting's entries.
    """

    row: Row
    name: str
    above: str = ""
    through: tuple[str, ...] = ()
    gaps: tuple[int, ...] = ()
    place: int | None = None


@dataclass(frozen=True)
class Table:
    """One posting: all its rows, those shown as lines, and by state what nobody asked about."""

    posting: Posting
    rows: tuple[Row, ...]
    lines: tuple[Line, ...] = ()
    quiet: Mapping[str, Sequence[Line]] = field(default_factory=dict)

    @property
    def asked(self) -> int:
        """How often anything was asked that was understood."""
        return sum(row.asked for row in self.rows)

    @property
    def answered(self) -> int:
        """How often that was answered in full."""
        return sum(row.answered for row in self.rows)

    @property
    def share(self) -> float | None:
        """The share that was answered in full; None where nobody asked."""
        return self.answered / self.asked if self.asked else None

    @property
    def states(self) -> Mapping[str, int]:
        """How many topics are in each state; those without one are left out."""
        counts = {state: sum(row.state == state for row in self.rows) for state in STATES}
        return {state: count for state, count in counts.items() if count}

    @property
    def wanted(self) -> tuple[Row, ...]:
        """What was asked most and is open."""
        return tuple(row for row in self.rows if row.wanted)[:_MOST_WANTED]


async def coverage(visit: Visit) -> Response:
    """The page: one posting, or an overview of all with the tables of a few."""
    wanted = _posting(visit)
    tables = await _tables(visit, wanted)
    tables.sort(key=lambda one: -sum(row.asked for row in one.rows if row.wanted))
    state = visit.query.text("state")
    state = state if state in STATES else ""
    detailed = tables if len(tables) <= _AT_ONCE else []
    since = day_of(visit.query.text("since"))
    return visit.page(
        "coverage.html",
        here="coverage",
        posting=wanted.id if wanted else None,
        since=since.isoformat() if since else "",
        state=state,
        states=STATES,
        titles=visit.house.titles(visit.language),
        overview=tables if len(tables) > 1 else [],
        tables=[await _in_detail(visit, one, state) for one in detailed],
        bar=bar,
        labels=Labels(visit),
    )


async def download(visit: Visit) -> Response:
    """The same as CSV or XLSX, with every topic."""
    wanted = _posting(visit)
    tables = await _tables(visit, wanted)
    name = f"coverage-{wanted.id if wanted else 'all'}"
    return download_of([_sheet(visit, tables)], name, visit.named("kind"))


async def _tables(visit: Visit, wanted: Posting | None) -> list[Table]:
    house = visit.house
    since = midnight(visit.query.text("since"), visit)
    tallies = await house.counts.tallies(wanted.id if wanted else None, since)
    by_posting: dict[str | None, list[Tally]] = defaultdict(list)
    for tally in tallies:
        by_posting[tally.posting].append(tally)
    chosen = [wanted] if wanted else house.base.postings.values()
    return [
        Table(one, tuple(most_wanted(cover(one, house.base.topics, by_posting[one.id]))))
        for one in chosen
    ]


async def _in_detail(visit: Visit, table: Table, state: str) -> Table:
    """What was asked as lines, and the rest by state; of one *state* only, all of it as lines."""
    gaps = await visit.house.desk.open_by_matter(table.posting.id)
    lines = [_line(visit, table.posting, row, gaps) for row in table.rows]
    if state:
        return replace(table, lines=tuple(line for line in lines if line.row.state == state))
    quiet = {
        one: [line for line in lines if line.row.state == one and not line.row.asked]
        for one in _QUIET
    }
    asked = tuple(line for line in lines if line.row.asked)
    return replace(table, lines=asked, quiet={one: some for one, some in quiet.items() if some})


def _line(visit: Visit, posting: Posting, row: Row, gaps: Mapping[str, tuple[int, ...]]) -> Line:
    labels = Labels(visit)
    above = parent_of(row.matter) if row.matter in visit.house.base.topics else None
    answers = [entry.id for entry in posting.entries]
    return Line(
        row,
        labels(row.matter, posting.id),
        labels(above, posting.id),
        tuple(labels(one, posting.id) for one in row.through if one != row.matter),
        gaps.get(row.matter, ()),
        answers.index(row.through[0]) + 1 if row.through else None,
    )


def _sheet(visit: Visit, tables: Iterable[Table]) -> Sheet:
    say = visit.say
    header = ("posting", "topic", "coverage.name", "coverage.state", "coverage.through",
              "coverage.lacks", "insights.asked", "coverage.answered", "coverage.partly",
              "insights.languages")  # fmt: skip
    rows = [_cells(visit, row) for table in tables for row in table.rows]
    return Sheet(say("nav.coverage"), [say(key) for key in header], rows)


def _cells(visit: Visit, row: Row) -> Sequence[Cell]:
    labels = Labels(visit)
    return (
        row.posting,
        row.matter,
        labels(row.matter, row.posting),
        visit.say(f"coverage.{row.state}"),
        " ".join(row.through),
        " ".join(row.lacks),
        row.asked,
        row.answered,
        row.partial,
        ", ".join(f"{code} {count}" for code, count in row.languages.items()),
    )


def _posting(visit: Visit) -> Posting | None:
    """The posting that is asked for, or the only one that there is."""
    postings = visit.house.base.postings
    only = next(iter(postings.values())) if len(postings) == 1 else None
    return visit.house.posting(visit.query.text("posting")) or only
