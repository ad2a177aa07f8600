"""Reading without the garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


class _Everything:
    """What there is, as far as the collector goes; there is one collector in a process."""

    is_kept = False


def keep_everything() -> None:
    """From now on the collector leaves alone what there is, and what is made while it is paused."""
    _Everything.is_kept = True
    gc.freeze()


def keep_no_longer() -> None:
    """The collector looks through everything again."""
    _Everything.is_kept = False
    gc.unfreeze()


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the collector of cycles from running.

    Reading a large instrument makes a million objects and no garbage, and the collector would look
    through all of them again and again: that is a third of the time it takes. What was made goes
    to the oldest generation at the end, unseen: in the youngest the collector would look through
    all of it at once.
    """
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.freeze()
            if not _Everything.is_kept:
                gc.unfreeze()
            gc.enable()
