"""Keeping the bot's token out of logs and error texts."""

import logging
import re

_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{20,}")
_URL_LOGGERS = ("httpx", "httpcore", "aiohttp.client")


def mask(text: object) -> str:
    """*text* with everything that looks like a bot token replaced."""
    return _TOKEN.sub("<token>", str(text))


def hush() -> None:
    """Keep the loggers silent that write each request's URL, and with it the token, at INFO."""
    for name in _URL_LOGGERS:
        logger = logging.getLogger(name)
        if logger.level < logging.WARNING:
            logger.setLevel(logging.WARNING)


class TokenFilter(logging.Filter):
    """For log handlers: masks tokens in what other libraries log, whatever they log."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the message of *record*; always lets it through."""
        text = record.getMessage()
        masked = mask(text)
        if masked != text:
            record.msg, record.args = masked, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = mask(logging.Formatter().formatException(record.exc_info))
        return True
