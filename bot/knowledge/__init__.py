"""Knowledge files: reading them safely, saying what is wrong, turning them into frozen values.

What stays out: matching a question (`bot.matching`), and anything that a candidate reads.
"""
