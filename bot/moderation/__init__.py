"""What moderators do about open questions: one service (`desk`), and its faces.

What stays out: the rules (`bot.core.gap`), keeping (`bot.storage.gaps`), writing learned files
(`bot.knowledge.learned`).
"""
