"""One program at a time; the dead are replaced, the living are not, sleepers are refused."""

import subprocess
import sys
from pathlib import Path

import pytest

from store import CaseInUse, LeaseLost, open_study
from store.databases.processes import Process, is_running, this_process
from tests.store.made import DOCUMENT, Made, answer, passphrase

ROOT = Path(__file__).parents[2]

HOLDER = """
import sys
from pathlib import Path
from store import open_study
study = open_study(Path(sys.argv[1]))
case = study.unlock("ina", sys.argv[2]).open_case(sys.argv[3])
print("held", flush=True)
if sys.stdin.readline() == "append\\n":
    try:
        case.append({"late": True})
        print("saved", flush=True)
    except Exception as error:
        print(type(error).__name__, flush=True)
"""


class Holder:
    """Another process that has opened a case."""

    def __init__(self, made: Made, case_id: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(made.folder), passphrase("ina"), case_id],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.line() == "held"

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def append(self) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write("append\n")
        self.process.stdin.flush()
        return self.line()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


def test_a_case_held_by_a_living_process_is_refused_and_a_dead_one_is_replaced(made: Made) -> None:
    holder = Holder(made, made.begun)
    try:
        with made.unlocked("ina") as (ina,):
            with pytest.raises(CaseInUse) as refused:
                ina.open_case(made.begun)
            assert refused.value.by == "ina"
            assert refused.value.since in str(refused.value)
            assert refused.value.since.endswith("Z")
            ina.open_case(made.other).append(answer(6))
    finally:
        holder.kill()
    with made.unlocked("ina", "dan") as (ina, dan):
        case = ina.open_case(made.begun)
        assert case.append(answer(9)).seq == 9
        assert dan.verify().ok
    with made.sql() as sql:
        actions = {row[0] for row in sql.execute("SELECT action FROM audit")}
    assert "case taken over" in actions


def test_a_holder_whose_case_was_taken_over_is_refused(made: Made) -> None:
    holder = Holder(made, made.begun)
    try:
        # As if it had been asleep on another computer: its process cannot be seen from here.
        with made.sql() as sql:
            sql.execute("UPDATE lease SET boot='another', until=0 WHERE case_id=?", (made.begun,))
        with made.unlocked("ina", "dan") as (ina, dan):
            case = ina.open_case(made.begun)
            assert holder.append() == "LeaseLost"
            assert case.append(answer(9)).seq == 9
            case.release()
            assert len(ina.open_case(made.begun).events) == 9
            assert dan.verify().ok
    finally:
        holder.kill()


def test_a_stale_token_neither_appends_nor_submits_nor_releases(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with made.sql() as sql:
            sql.execute("UPDATE lease SET token=token+1 WHERE case_id=?", (made.begun,))
        with pytest.raises(LeaseLost, match="was not saved"):
            case.append(answer(9))
        with pytest.raises(LeaseLost):
            case.submit(DOCUMENT)
        case.release()
    with made.sql() as sql:
        (holder,) = sql.execute(
            "SELECT holder FROM lease WHERE case_id=?", (made.begun,)
        ).fetchone()
        assert holder != ""
        (n,) = sql.execute('SELECT n FROM "case" WHERE id=?', (made.begun,)).fetchone()
        assert n == 8


def test_the_same_program_does_not_open_a_case_twice(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        with pytest.raises(CaseInUse):
            ina.open_case(made.begun)
        study = open_study(made.folder)
        with pytest.raises(CaseInUse):
            study.unlock("ina", passphrase("ina")).open_case(made.begun)
        study.close()
        case.release()
        assert ina.open_case(made.begun).token == case.token + 1


def test_the_token_only_grows(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        tokens = []
        for _ in range(3):
            case = ina.open_case(made.begun)
            tokens.append(case.token)
            case.release()
    assert tokens == sorted(set(tokens))


def content(made: Made) -> list[object]:
    """All that an opening could change."""
    tables = ('"case"', "lease", "audit", "event", '"grant"')
    with made.sql() as sql:
        return [sorted(sql.execute(f"SELECT * FROM {table}").fetchall()) for table in tables]


def test_a_refused_opening_changes_nothing(made: Made) -> None:
    with made.unlocked("ina") as (ina,):
        case = ina.open_case(made.begun)
        before = content(made)
        with pytest.raises(CaseInUse):
            ina.open_case(made.begun)
        assert content(made) == before
        case.release()


def test_we_run_and_others_do_not() -> None:
    me = this_process()
    assert is_running(me)
    assert not is_running(Process(me.boot, me.pid, "1"))
    assert not is_running(Process("another boot", me.pid, me.started))
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    from store.databases.processes import _started

    started = _started(child.pid)
    assert started is not None
    assert is_running(Process(me.boot, child.pid, started))
    child.kill()
    child.wait()
    assert child.stdin is not None
    child.stdin.close()
    assert not is_running(Process(me.boot, child.pid, started))


def test_without_proc_the_system_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from store.databases import processes

    monkeypatch.setattr(processes, "_PROC", tmp_path)
    mine = processes._started(this_process().pid)
    if mine is None:
        pytest.skip("this computer has neither /proc nor ps")
    assert mine == processes._started(this_process().pid)
    assert processes._started(2**22 + 1) is None
