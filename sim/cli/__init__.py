"""Floor 7: the command ``hotline``: parse, call, print; a file for each family of commands."""

import sys


def main() -> None:
    """Run the command line. What takes long to import is imported here, so that Ctrl-C ends it
    quietly at any moment."""
    try:
        from sim.cli.commands import app

        for stream in (sys.stdout, sys.stderr):
            # A console that cannot show a character must not lose the rest of the page.
            # A console that is not there gets nothing.
            if stream is not None:
                stream.reconfigure(errors="replace")  # type: ignore[union-attr]
        app()
    except KeyboardInterrupt:
        sys.exit(130)
