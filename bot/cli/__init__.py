"""The command line: one command per file. Only `bot.cli.main` may end the process."""
