"""Who may import whom, read from the imports themselves, wherever in a file they stand."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "bot").rglob("*.py"))

# From the top down: a room may import those of lower floors, and itself.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("bot.__main__",),
    ("bot.cli",),
    ("bot.app",),
    ("bot.moderating",),
    ("bot.review",),
    ("bot.errands", "bot.messengers"),
    ("bot.channels", "bot.moderation", "bot.storage", "bot.web"),
    ("bot.settings",),
    ("bot.service",),
    ("bot.ports",),
    ("bot.drafting",),
    ("bot.knowledge",),
    ("bot.matching",),
    ("bot.core",),
    ("bot.errors",),
)
# The rest of the product reaches these libraries through one room only.
ONLY_IN = {
    "telegram": ("bot.channels.telegram", "bot.moderation.telegram"),
    "sqlalchemy": ("bot.storage",),
    "alembic": ("bot.storage",),
    "prometheus_client": ("bot.web",),
    "uvicorn": ("bot.web",),
    "typer": ("bot.cli",),
    "rich": ("bot.cli",),
    "prompt_toolkit": ("bot.cli",),
    "yaml": ("bot.knowledge",),
    "lxml": ("bot.drafting",),
    "trafilatura": ("bot.drafting",),
    "extruct": ("bot.drafting",),
    "pypdfium2": ("bot.drafting",),
    "docx": ("bot.drafting",),
    "dateparser": ("bot.drafting",),
    "jinja2": ("bot.moderation.web",),
    "openpyxl": ("bot.drafting", "bot.moderation.web"),
}
# What the pure rooms do without: files, network, processes, logs, waiting.
IMPURE = {
    "aiohttp",
    "asyncio",
    "httpx",
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
}
PURE = ("bot.core", "bot.matching")


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: a relative import hides where it leads"
            yield node.module or ""
            # `from bot.channels import telegram` imports a module too.
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def belongs(module: str, rooms: tuple[str, ...]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def floor_of(module: str) -> tuple[int, str] | None:
    for number, rooms in enumerate(FLOORS):
        for room in rooms:
            if belongs(module, (room,)):
                return number, room
    return None


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_a_module_imports_only_from_lower_floors(file: Path) -> None:
    own = floor_of(module_of(file))
    if own is None:
        assert module_of(file) == "bot"
        return

    for imported in imports_of(file):
        other = floor_of(imported)
        if other is not None and other != own:
            assert other[0] > own[0], f"{module_of(file)} imports {imported}"


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_a_library_stays_in_its_room(file: Path) -> None:
    for imported in imports_of(file):
        rooms = ONLY_IN.get(imported.partition(".")[0])
        assert rooms is None or belongs(module_of(file), rooms), f"{imported} in {module_of(file)}"


@pytest.mark.parametrize("file", [f for f in FILES if belongs(module_of(f), PURE)], ids=module_of)
def test_the_core_and_the_matching_stay_pure(file: Path) -> None:
    used = {imported.partition(".")[0] for imported in imports_of(file)}

    assert not used & IMPURE


def test_a_violation_would_be_seen(tmp_path: Path) -> None:
    file = tmp_path / "offender.py"
    file.write_text("def late():\n    from bot.storage import store\n    import telegram.ext\n")

    assert list(imports_of(file)) == ["bot.storage", "bot.storage.store", "telegram.ext"]
    assert floor_of("bot.storage.store") == (6, "bot.storage")
    assert floor_of("bot.corex") is None
