"""Reading without the garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
            gc.unfreeze()
            gc.enable()
