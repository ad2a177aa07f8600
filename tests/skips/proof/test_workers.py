"""The proof in several processes finds the same, and leaves none behind."""

import multiprocessing
import os
from multiprocessing.connection import Connection

import pytest

from skips.errors import RouteError
from skips.proof import workers
from skips.proof.check import check
from skips.proof.detectors import Scope
from skips.proof.proving import EVERYWHERE, Progress, Step
from tests.skips.proof.test_check import towns


def test_two_processes_find_what_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    read = towns(work=("people > 1", "people > 9"))
    alone = check(read)
    assert "item-unreachable" in {one.code for one in alone.findings}
    monkeypatch.setattr(workers, "WORTH_IT", 0)
    seen: list[Progress] = []
    both = check(read, processes=2, on_progress=seen.append)
    assert both.findings == alone.findings
    assert both.proved == alone.proved == 10
    assert {one.mode for one in seen} == {"interview", "record"}
    assert multiprocessing.active_children() == []


def die(pipe: Connection, body: bytes, steps: list[Step]) -> None:
    """What a process does that the system ends."""
    os._exit(9)


def test_what_goes_wrong_in_a_process_is_said_here(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [Step("walk", ((Scope.SECTION, ("home",)),))]
    with pytest.raises(RouteError, match="walk"):
        list(workers.prove_in_processes(towns(), steps, 2, lambda _: None))
    monkeypatch.setattr(workers, "_work", die)
    steps = [Step("interview", ((Scope.INSTRUMENT, (EVERYWHERE,)),))]
    with pytest.raises(workers.WorkerLost, match="--section"):
        list(workers.prove_in_processes(towns(), steps, 2, lambda _: None))
    assert multiprocessing.active_children() == []
