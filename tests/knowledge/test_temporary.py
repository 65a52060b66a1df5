"""Where nothing can be kept at home: a folder in which nobody else could lay a model."""

import tempfile
from pathlib import Path

import pytest

from bot.knowledge.models import _temporary


def test_a_folder_that_others_can_write_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    own = _temporary()
    assert (own.parent, own.stat().st_mode & 0o777) == (tmp_path, 0o700)
    assert _temporary() == own

    own.chmod(0o777)

    assert _temporary() != own
