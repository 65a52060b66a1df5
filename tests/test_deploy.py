"""What stands in deploy/, as far as it can be checked without the programs that read it."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.settings import every_path

DEPLOY = Path(__file__).parents[1] / "deploy"
KNOWN = {"FAQBOT_CONFIG"} | {"FAQBOT_" + "__".join(path).upper() for path in every_path()}


@pytest.mark.parametrize("file", sorted(DEPLOY.iterdir()), ids=lambda file: file.name)
def test_every_variable_is_a_setting(file: Path) -> None:
    assert set(re.findall(r"FAQBOT_[A-Z_]+", file.read_text("utf-8"))) <= KNOWN


def test_the_service_has_the_root_read_only_and_no_rights() -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))["services"]["faqbot"]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert {volume.partition(":")[2] for volume in service["volumes"]} == {"/data", "/knowledge"}
    assert service["environment"]["FAQBOT_TELEGRAM__TOKEN_FILE"] == "/run/secrets/token"  # noqa: S105


def test_the_image_does_not_run_as_root_and_says_how_it_is() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")

    assert text.index("\nUSER faqbot") < text.index("\nENTRYPOINT")
    assert "/healthz" in text
    for folder in re.findall(r"^COPY (?:--chown=\S+ )?([a-z]+) ", text, re.MULTILINE):
        assert (DEPLOY.parent / folder).is_dir()
        assert f"!{folder}\n" in (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8")


def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed here")
    unit = tmp_path / "faqbot.service"
    text = (DEPLOY / "faqbot.service").read_text("utf-8")
    unit.write_text(text.replace("/opt/faqbot/bin/faqbot", "/bin/true"), "utf-8")

    told = subprocess.run(  # noqa: S603 - a fixed command
        [analyze, "verify", str(unit)], capture_output=True, text=True, check=False
    )

    assert "faqbot.service:" not in told.stderr
