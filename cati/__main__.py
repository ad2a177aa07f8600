"""`cati`, and `python -m cati`."""

import sys

from cati import LEFT_BY_KEY


def main() -> int:
    """Run one command; what it returns stands at `cati.program.main`.

    The command line is imported here, where Ctrl+C in its first half second ends it quietly too.
    """
    try:
        from cati import crash

        crash.install()  # before anything else of ours can fail
        from cati.program import main as run

        return run()
    except KeyboardInterrupt:
        return LEFT_BY_KEY


if __name__ == "__main__":
    sys.exit(main())
