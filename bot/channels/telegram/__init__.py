"""Telegram, through python-telegram-bot. Rules and wording of the conversation stay out.

Only this room and `bot.moderation.telegram` import telegram.
"""

import os

# Without it python-telegram-bot gives `retry_after` as an int and warns at each use. It reads the
# environment at the time of use, so that setting it here, before any of our modules, is in time.
os.environ.setdefault("PTB_TIMEDELTA", "1")
