"""The proof in several processes: modes, or the sections of a large instrument, side by side."""

import signal
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Final

from instrument.cache import dump, load
from instrument.models import Instrument
from skips.proof.detectors import load_detectors
from skips.proof.proving import Progress, Proved, Step, prove_here

WORTH_IT: Final = 150
"""Items to be proved, over all modes, from which on a second process is sooner done than started.
"""


class WorkerLost(Exception):
    """A process of the proof ended before it was done, as when memory runs out."""


def is_worth_it(instrument: Instrument, steps: Sequence[Step], processes: int) -> bool:
    """Whether some steps are enough for several processes."""
    if processes < 2 or len(steps) < 2:
        return False
    size = {section.name: len(section.items) for section in instrument.sections}
    total = sum(size.get(name, 0) for step in steps for name in step.sections)
    return total >= WORTH_IT


def prove_in_processes(
    instrument: Instrument,
    steps: Sequence[Step],
    processes: int,
    on_progress: Callable[[Progress], None],
) -> Generator[Proved]:
    """What is found in the sections of some steps, as it is found.

    Whatever way this ends, no process is left behind.

    Raises:
        WorkerLost: a process ended before it was done.
    """
    context = get_context("spawn")
    body = dump(instrument)
    workers: dict[Connection, SpawnProcess] = {}
    try:
        for share in shares(steps, processes):
            ours, theirs = context.Pipe(duplex=False)
            worker = context.Process(target=_work, args=(theirs, body, share), daemon=True)
            with _interrupts_later():
                worker.start()
                workers[ours] = worker
            theirs.close()
        yield from _results(workers, on_progress)
    finally:
        for pipe, worker in workers.items():
            pipe.close()
            worker.terminate()
            worker.join()


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """Ctrl-C in the block counts when it ends. What is started in it never hears one.

    A process that did would complain on the terminal; the first one ends it in silence.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it would let interrupts through again when it is started
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def shares(steps: Sequence[Step], processes: int) -> list[list[Step]]:
    """The steps for each process: whole modes if there are as many, else every other step."""
    modes = list(dict.fromkeys(step.mode for step in steps))
    if len(modes) >= processes:
        parts = [
            [step for step in steps if modes.index(step.mode) % processes == at]
            for at in range(processes)
        ]
    else:
        parts = [list(steps[at::processes]) for at in range(processes)]
    return [part for part in parts if part]


def _results(
    workers: dict[Connection, SpawnProcess], on_progress: Callable[[Progress], None]
) -> Generator[Proved]:
    open_pipes = set(workers)
    while open_pipes:
        for pipe in wait(list(open_pipes)):
            assert isinstance(pipe, Connection)
            try:
                said = pipe.recv()
            except (EOFError, OSError):
                raise WorkerLost(
                    "A process of the proof ended before it was done; memory may have run out. "
                    "Check fewer sections at a time with --section, or one mode with --mode."
                ) from None
            match said:
                case Progress():
                    on_progress(said)
                case Proved():
                    yield said
                case BaseException():
                    raise said
                case None:
                    open_pipes.discard(pipe)


def _work(pipe: Connection, body: bytes, steps: list[Step]) -> None:
    """What a process does: proves its steps and says what it finds; None at the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process ends this one
    try:
        for proved in prove_here(load(body), steps, load_detectors(), pipe.send):
            pipe.send(proved)
        pipe.send(None)
    except BrokenPipeError:
        return  # nobody listens any longer
    except Exception as error:  # noqa: BLE001 - whatever it is belongs to the first process
        pipe.send(error)
