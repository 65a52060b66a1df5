"""Keeping the bot's token out of logs and error texts."""

import logging
import re

_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")
_QUIET = {
    "httpx": logging.WARNING,  # URLs at INFO
    "httpcore": logging.WARNING,
    "telegram": logging.INFO,  # its own URL, and whole messages, at DEBUG
}


def mask(text: object) -> str:
    """*text* with everything that looks like a bot token replaced."""
    return _TOKEN.sub("<token>", str(text))


def hush() -> None:
    """Keep the loggers silent that write URLs, and with them the token, or messages."""
    for name, level in _QUIET.items():
        logger = logging.getLogger(name)
        if logger.level < level:
            logger.setLevel(level)


class TokenFilter(logging.Filter):
    """For log handlers: masks tokens in what other libraries log, whatever they log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the message of *record*; always lets it through."""
        text = record.getMessage()
        masked = mask(text)
        if masked != text:
            record.msg, record.args = masked, ()
        if record.exc_info:
            trace = record.exc_text or logging.Formatter().formatException(record.exc_info)
            record.exc_text = mask(trace)
        return True
