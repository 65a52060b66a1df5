"""config.yaml and the environment, as frozen values.

What stays out: acting on them (`bot.app`). Nothing here is read at import, and no message repeats a
value that may be a secret.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import ErrorDetails

from bot.errors import ConfigError, Problem
from bot.knowledge.mistake import KIND, mistake
from bot.knowledge.nearest import nearest
from bot.knowledge.nodes import Node, Plain, line_of, plain
from bot.knowledge.yamltext import read_yaml, shown

FILE = "config.yaml"
"""Where settings are looked for in the current folder if no file is named."""

PREFIX = "FAQBOT_"
_BETWEEN_LEVELS = "__"
_NO_SETTINGS = frozenset({"FAQBOT_CONFIG"})
"""Variables that the command line reads itself."""

KeyPath: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where each value came from, so that a mistake is told where it can be mended."""

    folder: Path = field(default_factory=Path)
    file: str = FILE
    root: Node | None = None
    variables: Mapping[KeyPath, str] = field(default_factory=dict)

    def problem(self, path: KeyPath, what: str, how: str) -> Problem:
        """A problem with the value at *path*: in its line, or named by its variable."""
        for end in range(len(path), 0, -1):
            if variable := self.variables.get(path[:end]):
                return Problem(variable, 0, what, how)
        if self.root is None:
            return Problem(self.file, 0, what, how)
        return Problem(self.file, line_of(self.root, path) if path else 0, what, how)


def _under_folder(path: Path, info: ValidationInfo) -> Path:
    folder = info.context.folder if isinstance(info.context, Source) else Path()
    return Path(folder / path.expanduser())


def _listed(value: Any) -> Any:
    """A list as a file has it, or as a variable does: with commas."""
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _networks(written: tuple[str, ...]) -> tuple[str, ...]:
    for one in written:
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError:
            what = f"`{one[:40]}` is neither an address nor a network"
            raise mistake(what, "write for example 172.16.0.0/12") from None
    return written


def _matching(pattern: str, what: str, how: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)

    def check(text: str) -> str:
        if compiled.fullmatch(text):
            return text
        raise mistake(what, how)

    return check


def _secret(pattern: str, what: str, how: str) -> AfterValidator:
    check = _matching(pattern, what, how)

    def check_secret(secret: SecretStr) -> SecretStr:
        return SecretStr(check(secret.get_secret_value().strip()))

    return AfterValidator(check_secret)


_TOKEN = r"\d+:[\w-]{10,}"  # noqa: S105 - the form of a token, not one
_TOKEN_WRONG = "this is not a bot token"  # noqa: S105 - a message
_TOKEN_HOW = "copy it whole from @BotFather; it looks like 123456789:AAE..."  # noqa: S105 - likewise

Folder = Annotated[Path, AfterValidator(_under_folder)]
Web = Annotated[
    str,
    AfterValidator(
        _matching(r"https?://[^\s/?#]+\S*", "this is not a web address", "it begins with https://")
    ),
]
SafeWeb = Annotated[
    str,
    AfterValidator(
        _matching(r"https://[^\s/?#]+\S*", "this is not a safe web address", "begin with https://")
    ),
]
Listen = Annotated[
    str,
    AfterValidator(
        _matching(
            r"(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}",
            "an address and a port are expected here",
            "write for example 127.0.0.1:8080",
        )
    ),
]
Rpc = Annotated[
    str,
    AfterValidator(
        _matching(
            r"tcp://(\[[0-9a-fA-F:]+\]|[\w.-]+):\d{1,5}|unix:///\S+",
            "this is not the address of a signal-cli daemon",
            "write for example tcp://127.0.0.1:7583",
        )
    ),
]
PhoneNumber = Annotated[
    str,
    AfterValidator(
        _matching(
            r"\+[1-9]\d{6,14}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            "a telephone number with its country code is expected here",
            'write it in quotation marks, as in "+33612345678"',
        )
    ),
]
Networks = Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(_networks)]
Token = Annotated[SecretStr, _secret(_TOKEN, _TOKEN_WRONG, _TOKEN_HOW)]
Key = Annotated[
    SecretStr,
    _secret(r".{16,}", "the key is too short", "at least 16 characters, as random as possible"),
]
WebhookSecret = Annotated[
    SecretStr,
    _secret(
        r"[A-Za-z0-9_-]{16,256}",
        "the secret has other characters than Telegram allows, or is too short",
        "16 to 256 of A-Z, a-z, 0-9, _ and -",
    ),
]


class _Section(BaseModel):
    """Keys with their values: others are refused, and a value left empty is not given."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        # Unknown keys stay even if empty, since they must be refused.
        return {k: v for k, v in data.items() if v is not None or k not in cls.model_fields}


class Organisation(_Section):
    """Who runs the assistant, for /start and /privacy."""

    name: str = ""
    contact: str = ""
    privacy_url: Web | None = None


class Webhook(_Section):
    """Where Telegram reaches the bot, if it is not polled."""

    url: SafeWeb
    secret: WebhookSecret | None = None


class Sending(_Section):
    """How fast is sent; 0 takes a limit away."""

    overall: int = Field(default=30, ge=0, le=10_000)
    chat: int = Field(default=1, ge=0, le=10_000)
    group: int = Field(default=20, ge=0, le=10_000)


class Limits(_Section):
    """How much one person may send: a bucket of ``burst`` messages, filled again steadily."""

    messages_per_minute: int = Field(default=20, ge=1, le=6000)
    burst: int = Field(default=10, ge=1, le=10_000)


class Moderators(_Section):
    """How the moderators' group is served; topics are Telegram's."""

    language: str = Field(default="en", pattern=r"^[a-z]{2}$")
    cards_per_day: int = Field(default=30, ge=0, le=1000)
    topics: bool = False


class Telegram(_Section):
    """The bot's account on Telegram; it is used as soon as there is a token."""

    token: Token | None = None
    token_file: Folder | None = None
    api: Web = "https://api.telegram.org"
    mode: Literal["polling", "webhook"] = "polling"
    webhook: Webhook | None = None
    moderators_group: int | None = None
    moderators: Moderators = Moderators()
    sending: Sending = Sending()


class SignalSending(_Section):
    """How fast is sent what nobody asked for just then; 0 takes the limit away."""

    notices_per_minute: int = Field(default=30, ge=0, le=6000)


class Signal(_Section):
    """The bot's account on Signal."""

    rpc: Rpc
    account: PhoneNumber
    moderators_group: str | None = Field(default=None, pattern=r"^[A-Za-z0-9+/=]{8,}$")
    moderators: Moderators = Moderators()
    sending: SignalSending = SignalSending()


class Tls(_Section):
    """The certificate with which the web server speaks HTTPS itself."""

    certificate: Folder
    key: Folder


class WebServer(_Section):
    """The bot's own web server: webhook, review page, health."""

    listen: Listen = "127.0.0.1:8080"
    public_url: Web | None = None
    review: bool = True
    trusted_proxies: Networks = ("127.0.0.1", "::1")
    tls: Tls | None = None


class Settings(_Section):
    """Everything that an operator can set. Paths are absolute, or relative to where we run."""

    knowledge: Folder = Field(Path("knowledge"), validate_default=True)
    database: SecretStr = SecretStr("sqlite:///data/faqbot.db")  # it may hold a password
    pseudonym_key: Key | None = None
    organisation: Organisation = Organisation()
    retention_days: int = Field(180, ge=1, le=3650)
    wait_days: int = Field(30, ge=1, le=365)
    undo_seconds: int = Field(60, ge=0, le=3600)
    limits: Limits = Limits()
    telegram: Telegram = Telegram()
    signal: Signal | None = None
    web: WebServer | None = None

    _source: Source = PrivateAttr(default_factory=Source)

    def model_post_init(self, context: Any, /) -> None:
        """Remember where the values came from."""
        if isinstance(context, Source):
            self._source = context

    @property
    def folder(self) -> Path:
        """Where relative paths start: the settings file's folder."""
        return self._source.folder

    def problem(self, *path: str, what: str, how: str) -> ConfigError:
        """A mistake that shows only in use, told where the value at *path* was written."""
        return ConfigError(self._source.problem(path, what, how))

    @property
    def key(self) -> bytes | None:
        """The key for pseudonyms, if the settings give one."""
        secret = self.pseudonym_key
        return secret.get_secret_value().encode() if secret is not None else None

    def telegram_token(self) -> SecretStr | None:
        """The token of the bot's account on Telegram: from ``token``, else from ``token_file``.

        Returns:
            None if neither is set.

        Raises:
            ConfigError: the file cannot be read, or holds no token.
        """
        telegram = self.telegram
        if telegram.token is not None or telegram.token_file is None:
            return telegram.token
        file = telegram.token_file
        try:
            text = file.read_text("utf-8-sig").strip()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is not a text"
            what = f"the file {shown(file)} cannot be read ({reason})"
            how = "put the token into it, and nothing else"
            raise self.problem("telegram", "token_file", what=what, how=how) from error
        if not re.fullmatch(_TOKEN, text):
            what = f"the file {shown(file)} holds no bot token"
            raise self.problem("telegram", "token_file", what=what, how=_TOKEN_HOW)
        return SecretStr(text)


def load_settings(file: Path | None, environment: Mapping[str, str]) -> Settings:
    """The settings of *file*, each of them overridden by its variable in *environment*.

    Args:
        file: None means ``config.yaml`` in the current folder if it is there, else defaults.
        environment: only variables that begin with ``FAQBOT_`` count; an empty one is not set.

    Raises:
        ConfigError: with every mistake that was found.
    """
    root = None
    if file is None and Path(FILE).exists():
        file = Path(FILE)
    data: dict[str, Any] = {}
    if file is not None:
        document = read_yaml(file)
        serious = tuple(problem for problem in document.problems if not problem.warning)
        if serious and not _is_empty(file):
            raise ConfigError(*serious)
        root = document.root
        data = _top(root, shown(file))
    variables = _overlay(data, environment)
    folder = file.parent if file is not None else Path()
    source = Source(folder, shown(file) if file is not None else FILE, root, variables)
    try:
        settings = Settings.model_validate(data, context=source)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
        found = {_problem(detail, source) for detail in details}
        raise ConfigError(*sorted(found)) from None  # pydantic's own text could repeat a secret
    return _judged(settings)


def _is_empty(file: Path) -> bool:
    """Whether *file* holds comments only, which is how the example looks with all switched off."""
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, ValueError):
        return False
    return all(not line.strip() or line.lstrip().startswith("#") for line in lines)


def _top(root: Node | None, file: str) -> dict[str, Any]:
    value: Plain = plain(root) if root is not None else {}
    if isinstance(value, dict):
        return dict(value)
    how = "write lines as `retention_days: 180`"
    raise ConfigError(Problem(file, root.line if root else 0, "keys with values are expected", how))


def _overlay(data: dict[str, Any], environment: Mapping[str, str]) -> dict[KeyPath, str]:
    """Write the variables into *data*; returns which path came from which variable."""
    variables: dict[KeyPath, str] = {}
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name in _NO_SETTINGS or not environment[name].strip():
            continue
        path = tuple(name.removeprefix(PREFIX).lower().split(_BETWEEN_LEVELS))
        below = data
        for step in path[:-1]:
            inner = below.get(step)
            below[step] = below = dict(inner) if isinstance(inner, dict) else {}
        below[path[-1]] = environment[name].strip()
        variables[path] = name
    return variables


def _judged(settings: Settings) -> Settings:
    """What needs two values to be judged."""
    if settings.telegram.mode == "webhook" and settings.telegram.webhook is None:
        what = "`telegram.mode` is webhook, and `telegram.webhook` is missing"
        how = "add `webhook: {url: https://..., secret: ...}` below `telegram:`"
        raise settings.problem("telegram", "mode", what=what, how=how)
    return settings


def _problem(detail: ErrorDetails, source: Source) -> Problem:
    # Steps after a list's index or a union's branch belong to pydantic, not to the file.
    path = tuple(step for step in detail["loc"] if isinstance(step, str))
    what, how = _words(detail, path)
    return source.problem(path if detail["type"] != "missing" else path[:-1], what, how)


_KINDS = {
    "int_parsing": ("should be a whole number", "write digits only"),
    "int_type": ("should be a whole number", "write digits only"),
    "int_from_float": ("should be a whole number", "write digits only"),
    "string_type": ("should be a text", "write it on one line, in quotation marks"),
    "path_type": ("should be a file or folder", "write its path"),
    "model_type": ("should hold keys with their values", "indent them below it"),
    "model_attributes_type": ("should hold keys with their values", "indent them below it"),
    "dict_type": ("should hold keys with their values", "indent them below it"),
}


def _words(detail: ErrorDetails, path: KeyPath) -> tuple[str, str]:
    name = ".".join(path)[:60]
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == KIND:
        return f"`{name}`: {context['what']}", str(context["how"])
    if kind == "missing":
        return f"`{name}` is missing", f"add it below `{'.'.join(path[:-1])}:`"
    if kind == "extra_forbidden":
        return f"there is no setting `{name}`", _advice(path)
    if kind == "literal_error":
        return f"`{name}` has another value than is possible", f"write {context['expected']}"
    if kind in {"greater_than_equal", "less_than_equal"}:
        limit = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return f"`{name}` is out of range", f"it is {limit}"
    what, how = _KINDS.get(kind, ("cannot be used", "see config.example.yaml"))
    return f"`{name}` {what}", how


def _advice(path: KeyPath) -> str:
    *above, key = path
    owner = _owner(tuple(above))
    known = list(owner.model_fields) if owner is not None else []
    if meant := nearest(key, known):
        return f"did you mean `{'.'.join((*above, meant))}`?"
    homes = [".".join(full) for full in every_path() if full[-1] == key]
    if homes:
        return f"it belongs there: `{homes[0]}`"
    return f"remove it; known are {', '.join(known)}"


def _owner(path: KeyPath) -> type[_Section] | None:
    model: type[_Section] | None = Settings
    for step in path:
        model = _model_in(model.model_fields[step].annotation) if model else None
    return model


def _model_in(annotation: Any) -> type[_Section] | None:
    """The model in ``Model`` or ``Model | None``, or None where the value is a plain one."""
    for kind in (annotation, *getattr(annotation, "__args__", ())):
        if isinstance(kind, type) and issubclass(kind, _Section):
            return kind
    return None


def every_path(model: type[_Section] = Settings, above: KeyPath = ()) -> Iterator[KeyPath]:
    """The path of every setting that there is, sections left out."""
    for name, info in model.model_fields.items():
        below = _model_in(info.annotation)
        if below is None:
            yield (*above, name)
        else:
            yield from every_path(below, (*above, name))
