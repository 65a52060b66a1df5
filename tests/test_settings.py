import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.settings import Settings, every_path, load_settings

EXAMPLE = Path(__file__).parents[1] / "config.example.yaml"
TOKEN = "123456789:AAExampleExampleExampleExample"  # noqa: S105 - an example
NOTHING: Mapping[str, str] = {}

Load = Callable[..., Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads settings written as *text*, with variables."""

    def loaded(text: str, **variables: str) -> Settings:
        file = tmp_path / "config.yaml"
        file.write_text(text, "utf-8")
        return load_settings(file, variables)

    return loaded


def refused(load: Load, text: str, **variables: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(text, **variables)
    return [
        str(problem).replace(f"{Path(problem.file).parent}/", "")
        for problem in caught.value.problems
    ]


def switched_on(text: str) -> str:
    """The example with every setting switched on."""
    return re.sub(r"(?m)^(\s*)#(?=\w+:)", r"\1", text)


def test_without_a_file_everything_has_a_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    settings = load_settings(None, NOTHING)

    assert settings.knowledge == Path("knowledge")
    assert settings.database.get_secret_value() == "sqlite:///data/faqbot.db"
    assert settings.retention_days == 180
    assert settings.telegram_token() is None


def test_config_yaml_in_the_current_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("retention_days: 30\n")

    assert load_settings(None, NOTHING).retention_days == 30


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load_settings(tmp_path / "other.yaml", NOTHING)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "telegram:\n"], ids=repr)
def test_a_file_without_values_means_defaults(load: Load, text: str) -> None:
    assert load(text).telegram.mode == "polling"


def test_the_example_loads_as_it_is_and_changes_nothing() -> None:
    example = load_settings(EXAMPLE, NOTHING)

    defaults = Settings.model_validate({})

    assert example.model_dump(exclude={"knowledge"}) == defaults.model_dump(exclude={"knowledge"})


def test_the_example_names_and_explains_every_setting() -> None:
    lines = [line.strip() for line in EXAMPLE.read_text("utf-8").splitlines()]

    for path in every_path():
        at = next(n for n, line in enumerate(lines) if re.match(rf"#?{path[-1]}:", line))
        assert lines[at - 1].startswith("# "), f"{path} is not explained"


def test_the_example_loads_with_every_setting_switched_on(load: Load) -> None:
    settings = load(switched_on(EXAMPLE.read_text("utf-8")))

    given = settings.model_dump(exclude_unset=True)
    for path in every_path():
        section = given
        for step in path:
            assert step in section, f"{path} is not in the example"
            section = section[step]


def test_paths_start_in_the_folder_of_the_file(load: Load, tmp_path: Path) -> None:
    settings = load("knowledge: postings\ntelegram: {token_file: secret/token}\n")

    assert settings.knowledge == tmp_path / "postings"
    assert settings.telegram.token_file == tmp_path / "secret" / "token"
    assert settings.folder == tmp_path


def test_the_environment_overrides_the_file(load: Load) -> None:
    settings = load(
        "retention_days: 30\ntelegram: {mode: polling}\n",
        FAQBOT_RETENTION_DAYS="7",
        FAQBOT_TELEGRAM__TOKEN=TOKEN,
        FAQBOT_TELEGRAM__MODERATORS_GROUP="-1001234567890",
        HOME="/root",
    )

    assert settings.retention_days == 7
    assert settings.telegram.moderators_group == -1001234567890
    assert settings.telegram_token() is not None


def test_an_empty_variable_is_not_set(load: Load) -> None:
    assert load("retention_days: 30\n", FAQBOT_RETENTION_DAYS=" ").retention_days == 30


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "retention_dys: 3\n",
            "config.yaml:1: there is no setting `retention_dys`: did you mean `retention_days`?",
        ),
        (
            "\ntelegram:\n  tokn: x\n",
            "config.yaml:3: there is no setting `telegram.tokn`: did you mean `telegram.token`?",
        ),
        (
            "rpc: tcp://a:1\n",
            "config.yaml:1: there is no setting `rpc`: it belongs there: `signal.rpc`",
        ),
        (
            "retention_days: 0\n",
            "config.yaml:1: `retention_days` is out of range: it is at least 1",
        ),
        (
            "retention_days: 3651\n",
            "config.yaml:1: `retention_days` is out of range: it is at most 3650",
        ),
        (
            "retention_days: half a year\n",
            "config.yaml:1: `retention_days` should be a whole number: write digits only",
        ),
        (
            "telegram: {mode: poling}\n",
            (
                "config.yaml:1: `telegram.mode` has another value than is possible: "
                "write 'polling' or 'webhook'"
            ),
        ),
        (
            "telegram:\n  mode: webhook\n",
            (
                "config.yaml:2: `telegram.mode` is webhook, and `telegram.webhook` is missing: "
                "add `webhook: {url: https://..., secret: ...}` below `telegram:`"
            ),
        ),
        (
            "signal:\n  rpc: tcp://127.0.0.1:7583\n",
            "config.yaml:1: `signal.account` is missing: add it below `signal:`",
        ),
        (
            "web: yes\n",
            "config.yaml:1: `web` should hold keys with their values: indent them below it",
        ),
        (
            "- a\n",
            "config.yaml:1: keys with values are expected: write lines as `retention_days: 180`",
        ),
    ],
    ids=lambda value: value if len(value) < 30 else "",
)
def test_a_mistake_is_named_with_its_line(load: Load, text: str, said: str) -> None:
    assert refused(load, text) == [said]


def test_every_mistake_is_told_in_one_go(load: Load) -> None:
    said = refused(load, "retention_days: no\norganisation: {nme: x}\nweb: {listen: here}\n")

    assert [line.split(":")[1] for line in said] == ["1", "2", "3"]


def test_a_mistake_in_a_variable_is_named_by_the_variable(load: Load) -> None:
    said = refused(load, "", FAQBOT_TELEGRAM__TOKN="x", FAQBOT_RETENTION_DAYS="many")

    assert said == [
        "FAQBOT_RETENTION_DAYS: `retention_days` should be a whole number: write digits only",
        (
            "FAQBOT_TELEGRAM__TOKN: there is no setting `telegram.tokn`: "
            "did you mean `telegram.token`?"
        ),
    ]


def test_a_key_that_stands_there_twice_is_refused(load: Load) -> None:
    assert "stands here twice" in refused(load, "retention_days: 3\nretention_days: 4\n")[0]


@pytest.mark.parametrize("path", ["telegram.token", "pseudonym_key", "telegram.webhook.secret"])
def test_a_secret_is_never_echoed(load: Load, path: str) -> None:
    variable = "FAQBOT_" + path.replace(".", "__").upper()

    said = refused(load, "", **{variable: "hunter2 é"})

    assert "hunter2" not in "\n".join(said)


def test_settings_that_are_printed_show_no_secret(load: Load) -> None:
    database = "postgresql://faqbot:hunter2@localhost/log"

    settings = load("", FAQBOT_TELEGRAM__TOKEN=TOKEN, FAQBOT_DATABASE=database)

    assert TOKEN not in repr(settings)
    assert "hunter2" not in f"{settings!r} {settings}"


def test_the_token_may_stand_in_a_file(load: Load, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n")

    token = load("telegram: {token_file: token}\n").telegram_token()

    assert token is not None
    assert token.get_secret_value() == TOKEN


@pytest.mark.parametrize("content", [None, "", "hunter2", "\xff"], ids=repr)
def test_a_token_file_that_is_of_no_use_is_named(
    load: Load, tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "token").write_bytes(content.encode("latin-1"))
    settings = load("telegram:\n  token_file: token\n")

    with pytest.raises(ConfigError) as caught:
        settings.telegram_token()

    assert "config.yaml:2: the file " in str(caught.value)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(("length", "allowed"), [(15, False), (16, True)])
def test_a_key_for_pseudonyms_has_16_characters_at_least(
    load: Load, length: int, *, allowed: bool
) -> None:
    if allowed:
        assert load(f"pseudonym_key: {'k' * length}\n").key == b"k" * length
    else:
        assert "too short" in refused(load, f"pseudonym_key: {'k' * length}\n")[0]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("127.0.0.1", ("127.0.0.1",)),
        ("10.0.0.0/8, ::1", ("10.0.0.0/8", "::1")),
        ("172.16.0.5/12", ("172.16.0.5/12",)),
    ],
)
def test_trusted_proxies_can_come_from_a_variable(written: str, read: tuple[str, ...]) -> None:
    settings = load_settings(None, {"FAQBOT_WEB__TRUSTED_PROXIES": written})

    assert settings.web is not None
    assert settings.web.trusted_proxies == read


def test_a_proxy_that_is_no_address_is_told() -> None:
    with pytest.raises(ConfigError, match="`everybody` is neither an address nor a network"):
        load_settings(None, {"FAQBOT_WEB__TRUSTED_PROXIES": "everybody"})


@pytest.mark.parametrize("account", ["+33612345678", "00000000-0000-4000-8000-0000000000aa"])
def test_an_account_on_signal_has_a_number_or_an_id(account: str) -> None:
    given = {"FAQBOT_SIGNAL__RPC": "tcp://127.0.0.1:7583", "FAQBOT_SIGNAL__ACCOUNT": account}

    signal = load_settings(None, given).signal

    assert signal is not None
    assert signal.account == account


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACCOUNT", "0612345678"),
        ("ACCOUNT", "ada"),
        ("RPC", "http://127.0.0.1:7583"),
        ("RPC", "unix:relative"),
        ("MODERATORS_GROUP", "-1001234567890"),
    ],
)
def test_what_cannot_be_on_signal_is_refused(name: str, value: str) -> None:
    given = {"RPC": "tcp://127.0.0.1:7583", "ACCOUNT": "+33612345678", name: value}

    with pytest.raises(ConfigError, match=name):
        load_settings(None, {f"FAQBOT_SIGNAL__{key}": text for key, text in given.items()})
