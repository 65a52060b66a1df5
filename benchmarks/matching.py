"""How well and how fast questions are understood, beside what one would build in five lines.

Run: python benchmarks/matching.py --questions FILE.jsonl... --public DIR --growth --start

The README beside this file says what each part measures. What was not asked for is skipped, and
said to be skipped.
"""

import argparse
import datetime as dt
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_REPEATS = 5


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--questions", nargs="+", type=Path, metavar="FILE.jsonl", default=[])
    parser.add_argument("--knowledge", type=Path, default=_ROOT / "knowledge", metavar="DIR")
    parser.add_argument("--posting", metavar="ID", help="the posting the questions are about")
    parser.add_argument("--today", type=dt.date.fromisoformat, metavar="DATE")
    parser.add_argument(
        "--public", type=Path, metavar="DIR", help="a folder that holds banking77/ and clinc150/"
    )
    parser.add_argument("--growth", action="store_true", help="10^3, 10^4, 10^5 own phrasings")
    parser.add_argument("--start", action="store_true", help="a fresh process, to its first answer")
    parser.add_argument(
        "--sets", default="", metavar="NAMES", help="public sets whose names hold one of these"
    )
    parser.add_argument(
        "--examples", type=int, nargs="+", default=[5, 10], metavar="N", help="per intent: 5 10"
    )
    parser.add_argument(
        "--seeds", type=int, nargs="+", default=[0, 1, 2], metavar="SEED", help="draws: 0 1 2"
    )
    parser.add_argument(
        "--limit", type=int, metavar="N", help="so many test questions at most, drawn by the seed"
    )
    parser.add_argument(
        "--quick", action="store_true", help="one seed, 10 examples, 500 questions at most"
    )
    parser.add_argument(
        "--only", metavar="NAMES", default="", help="columns whose names hold one of these, as a,b"
    )
    return parser.parse_args()


def main() -> None:
    """Run what was asked for."""
    options = _arguments()
    # The repository is measured as it lies there, installed or not.
    sys.path.insert(0, str(_ROOT))
    from matching_growth import measure_growth  # noqa: PLC0415 - needs the path above
    from matching_public import QUICK, Plan, measure_public  # noqa: PLC0415
    from matching_questions import measure_questions  # noqa: PLC0415
    from matching_start import measure_start  # noqa: PLC0415

    only, sets = (
        tuple(filter(None, names.lower().split(","))) for names in (options.only, options.sets)
    )
    if options.questions:
        measure_questions(options.questions, options.knowledge, options.posting, options.today)
    else:
        print("Questions on a posting: skipped, no --questions FILE.jsonl was given.")
    if options.public:
        plan = QUICK if options.quick else Plan(options.examples, options.seeds, options.limit)
        measure_public(options.public, plan, sets=sets, only=only)
    else:
        print("BANKING77 and CLINC150: skipped, no --public DIR was given.")
    if options.growth:
        measure_growth(options.public, quick=options.quick)
    else:
        print("Growth: skipped, no --growth was given.")
    if options.start:
        measure_start(options.knowledge, options.posting, repeats=_REPEATS)
    else:
        print("Start: skipped, no --start was given.")


if __name__ == "__main__":
    main()
