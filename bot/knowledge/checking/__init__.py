"""What works in a knowledge file, yet hardly as it was meant: one module for each kind of finding.

What stays out: everything that keeps a file from being used (`bot.knowledge.reading`).
"""
