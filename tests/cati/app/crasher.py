"""Run in a terminal of its own: an app that fails while an answer is in its local variables.

python -m tests.cati.app.crasher (cati|stock) (handler|render|timer|thread|worker|errand)
"""

import sys
from typing import Any

from textual.app import App
from textual.widgets import Static

from cati import crash
from cati.app import CatiApp

CANARY = "canary-4b1e"


def fail() -> None:
    """Fail with an answer in a local variable, in the message, and in the cause."""
    answer = CANARY
    try:
        raise KeyError(answer)
    except KeyError as error:
        raise ValueError(f"cannot use {answer}") from error


class Failing(Static):
    """Fails when it is drawn."""

    def render(self) -> str:
        fail()
        return ""


def crashing(base: type[App[Any]], way: str) -> type[App[Any]]:
    """An app that fails in one way."""

    class Crashing(base):  # type: ignore[misc, valid-type]
        def on_mount(self, event: Any) -> None:
            event.prevent_default()
            match way:
                case "handler":
                    self.call_later(fail)
                case "render":
                    self.mount(Failing())
                case "timer":
                    self.set_timer(0.01, fail)
                case "thread":
                    self.run_worker(fail, thread=True)
                case "worker":
                    self.run_worker(self.fail_later())
                case "errand":
                    app: Any = self
                    app.take_keys()
                    app.errands.begin(fail, lambda _: None)

        async def fail_later(self) -> None:
            fail()

    return Crashing


class _NoStudy:
    lock_after_minutes = 5


def main() -> None:
    kind, way = sys.argv[1:]
    if kind == "cati":
        crash.install()
        made: Any = crashing(CatiApp, way)
        app = made(_NoStudy())
    else:
        app = crashing(App, way)()
    app.run()
    sys.exit(app.return_code)


if __name__ == "__main__":
    main()
