import subprocess
import sys
from pathlib import Path

import pytest

from cati.crash import crash_line
from cati.settings import read_settings

ROOT = Path(__file__).parents[2]
CANARY = "canary-7f3a"

FAILING = f"""
import sys, threading, asyncio
{{install}}

def fail():
    answer = "{CANARY}"
    raise ValueError(f"cannot use {{{{answer}}}}") from KeyError(answer)

def plain():
    fail()

def in_a_thread():
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()

def in_a_loop():
    async def main():
        {{install_in_loop}}
        task = asyncio.create_task(forgotten())
        await asyncio.sleep(0.01)
        del task
        import gc; gc.collect()
    async def forgotten():
        fail()
    asyncio.run(main())

def in_a_finalizer():
    class Thing:
        def __del__(self):
            fail()
    thing = Thing()
    del thing

{{way}}()
"""

INSTALL = "import cati.crash; cati.crash.install()"
IN_LOOP = "cati.crash.install_in_loop(asyncio.get_running_loop())"


def output_of(way: str, *, installed: bool) -> str:
    program = FAILING.format(
        way=way, install=INSTALL if installed else "", install_in_loop=IN_LOOP if installed else ""
    )
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return run.stdout + run.stderr


def test_no_way_of_failing_prints_a_value() -> None:
    for way in ("plain", "in_a_thread", "in_a_loop", "in_a_finalizer"):
        output = output_of(way, installed=True)
        assert "cati stopped: error " in output, way
        assert "(ValueError)" in output, way
        assert CANARY not in output, way
        assert "Traceback" not in output, way


def test_control_without_the_handlers_each_way_prints_the_value() -> None:
    for way in ("plain", "in_a_thread", "in_a_loop", "in_a_finalizer"):
        assert CANARY in output_of(way, installed=False), way


def raised(message: str) -> ValueError:
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


def test_the_number_tells_the_place_and_nothing_else() -> None:
    lines = {crash_line(raised("one")), crash_line(raised("two"))}
    assert len(lines) == 1
    assert f"at {__name__}:" in lines.pop()


def test_the_place_is_the_innermost_of_our_own_code() -> None:
    with pytest.raises(AttributeError) as caught:
        read_settings(None)  # type: ignore[arg-type]
    assert "at cati.settings:" in crash_line(caught.value)
