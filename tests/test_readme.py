import datetime as dt
import re
from pathlib import Path

from bot.cli.main import command_line
from bot.knowledge.bank import shipped_topics
from bot.knowledge.checks import check_folder
from bot.settings import load_settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
APP = command_line()
COMMANDS = {command.name for command in APP.registered_commands} | {
    group.name for group in APP.registered_groups
}


def blocks(language: str) -> list[str]:
    found: list[str] = re.findall(
        rf"^ *```{language}\n(.*?)^ *```", README, re.DOTALL | re.MULTILINE
    )
    return found


def test_the_test_command_is_what_the_checks_run() -> None:
    command = blocks("sh")[1].strip()

    assert command.endswith("-m pytest")
    assert command in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_every_command_is_in_the_readme_and_no_other() -> None:
    told = set(re.findall(r"`faqbot ([a-z]+)", README))

    assert told == COMMANDS


def test_the_example_of_a_knowledge_file_has_nothing_to_mend(tmp_path: Path) -> None:
    (tmp_path / "nurse.yaml").write_text(blocks("yaml")[0], "utf-8")

    base, problems = check_folder(
        tmp_path, shipped_topics(), dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    )

    assert [problem for problem in problems if not problem.hint] == []
    assert list(base.postings) == ["nurse-lille"]


def test_the_posting_that_the_readme_talks_about_is_there() -> None:
    named = re.findall(r"--posting (\S+)\n", blocks("sh")[0])

    assert named
    assert (
        load_settings(ROOT / "config.example.yaml", {}).knowledge / f"{named[0]}.yaml"
    ).is_file()
