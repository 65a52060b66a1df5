from collections.abc import Callable
from pathlib import Path

import pytest

from bot.core.topic import Topic

Write = Callable[..., Path]

_LABELS = {
    "hours": ("Temps de travail", "Working hours"),
    "hours.nights": ("Travail de nuit", "Night work"),
    "salary": ("Salaire", "Salary"),
    "deadline": ("Date limite", "Deadline"),
    "how_to_apply": ("Comment postuler", "How to apply"),
    "privacy": ("Données personnelles", "Personal data"),
    "smalltalk.greeting": ("Bonjour", "Greeting"),
}


@pytest.fixture
def topics() -> dict[str, Topic]:
    return {
        topic: Topic(topic, {"fr": fr, "en": en}, questions={"fr": (f"{fr} ?",)})
        for topic, (fr, en) in _LABELS.items()
    }


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file into the knowledge folder of the test."""

    def written(name: str, text: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written
