"""Numbers as spreadsheets, in which no cell can run."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from starlette.responses import Response

from bot.core.defusing import defused
from bot.core.insights import DECISIONS, Report
from bot.moderation.web.inbox import Labels
from bot.moderation.web.visit import Missing, Visit

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_LONGEST_TITLE = 31
Cell = str | int | float | None


@dataclass(frozen=True)
class Sheet:
    """A table with a title and a line of headings."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def sheets_of(report: Report, visit: Visit, labels: Labels) -> list[Sheet]:
    """Everything in a report, table by table."""
    say = visit.say
    period = f"{report.period.first} – {report.period.last}"
    share = {decision: report.share(decision) for decision in DECISIONS}
    summary: list[Sequence[Cell]] = [
        (say("insights.period"), period),
        (say("posting"), report.posting or say("all_postings")),
        (say("insights.questions"), report.questions),
        (say("insights.people"), report.people),
        *((say(f"decision.{one}"), report.decisions.get(one, 0)) for one in DECISIONS),
        *((f"{say(f'decision.{one}')} (%)", _percent(share[one])) for one in DECISIONS),
        (say("insights.liked"), report.liked),
        (say("insights.disliked"), report.disliked),
        (say("insights.liked_share"), _percent(report.liked_share)),
        (say("insights.median_hours"), _hours(report.median_wait)),
        (say("insights.by_people"), report.answered_by_people),
    ]
    decisions = [say(f"decision.{one}") for one in DECISIONS]
    return [
        Sheet(say("insights.summary"), (say("insights.what"), say("insights.value")), summary),
        Sheet(
            say("insights.topics"),
            (
                say("topic"),
                say("insights.name"),
                say("insights.asked"),
                say("insights.people"),
                say("insights.silent"),
                say("insights.silent_by"),
            ),
            [
                (
                    one.id,
                    labels(one.id, report.posting),
                    one.asked,
                    one.people,
                    one.silent,
                    one.silent_people,
                )
                for one in report.topics
            ],
        ),
        Sheet(
            say("insights.days"),
            (say("insights.day"), *decisions),
            [
                (day.first.isoformat(), *(day.decisions.get(one, 0) for one in DECISIONS))
                for day in report.days
            ],
        ),
        Sheet(
            say("insights.hours"),
            (say("insights.hour"), say("insights.questions")),
            list(enumerate(report.hours)),
        ),
        Sheet(
            say("insights.languages"),
            (say("language"), say("insights.questions")),
            list(report.languages.items()),
        ),
    ]


def download_of(sheets: Sequence[Sheet], name: str, kind: str) -> Response:
    """The tables as a file to be saved under *name*, which is ours and no visitor's.

    Raises:
        Missing: *kind* is neither ``csv`` nor ``xlsx``.
    """
    if kind not in {"csv", "xlsx"}:
        raise Missing
    return Response(
        as_csv(sheets) if kind == "csv" else as_xlsx(sheets),
        media_type=CSV if kind == "csv" else XLSX,
        headers={"content-disposition": f'attachment; filename="{name}.{kind}"'},
    )


def as_csv(sheets: Sequence[Sheet]) -> bytes:
    """All tables one below the other, in UTF-8 with the mark that makes spreadsheets read it so."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for place, sheet in enumerate(sheets):
        if place:
            writer.writerow([])
        writer.writerow([defused(sheet.title)])
        writer.writerow([defused(cell) for cell in sheet.header])
        writer.writerows([defused(cell) for cell in row] for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook with a table per sheet; what looks like a formula is a text."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        made = book.create_sheet(sheet.title[:_LONGEST_TITLE])
        made.append([_cell(made, cell, bold=True) for cell in sheet.header])
        for row in sheet.rows:
            made.append([_cell(made, cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: WriteOnlyWorksheet, value: Cell, *, bold: bool = False) -> Any:
    safe: Any = defused(value)
    if isinstance(safe, str):
        safe = ILLEGAL_CHARACTERS_RE.sub("", safe)
    cell = WriteOnlyCell(sheet, safe)
    if isinstance(value, str):
        cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def _percent(share: float | None) -> float | None:
    return None if share is None else round(share * 100, 1)


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 3600, 2)
