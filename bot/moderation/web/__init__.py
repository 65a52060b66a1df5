"""The review page: what moderators see and do in a browser.

What stays out: what can be done (`bot.moderation.desk`), the log's SQL (`bot.storage`), and the
server that carries the routes (`bot.web`). Only this room imports jinja2 and openpyxl.
"""
