"""``faqbot check --fix``: layout mended, after the changes were shown.

What stays out: what can be mended safely (`bot.knowledge.fixing`).
"""

from pathlib import Path

import typer

from bot.cli.output import is_terminal, say
from bot.knowledge.fixing import find_fixes


def mend(where: Path, *, yes: bool) -> None:
    """Show what there is to mend in the folder or file *where*, and write it if that is wanted.

    Without *yes* a person at the terminal is asked; a script only sees the changes.
    """
    fixes = find_fixes(where)
    for fix in fixes:
        for line in fix.diff():
            say(line)
    if not fixes:
        say("there is no layout to mend")
    elif yes or (is_terminal() and typer.confirm("Write these changes?")):
        for fix in fixes:
            fix.write()
        say(f"{len(fixes)} file{'' if len(fixes) == 1 else 's'} mended")
    else:
        say("nothing was written: add --yes to write these changes")
