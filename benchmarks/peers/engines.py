"""The engines that are compared, what each needs, and how that is installed out of the checkout."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

from platformdirs import user_cache_path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
INSTALL_SECONDS = 300
ENOUGH_MB = "--max-old-space-size=8192"
"""Large forms must not fail for want of a heap that node would not take by itself."""

# Nothing that comes along may run programs of its own while it is being installed.
NPM_OPTIONS = [
    "--save-exact",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    "--fetch-retries=1",
]
PIP_OPTIONS = [
    "--quiet",
    "--disable-pip-version-check",
    "--only-binary=:all:",
    "--upgrade",
    "--retries=1",
]


@dataclass(frozen=True, slots=True)
class Engine:
    """A peer program and the packages it needs."""

    name: str
    """As it stands in the tables, and as it is asked for with `--engines`, by its beginning."""
    program: str
    """A file of this folder; one ending in `.mjs` runs in node."""
    packages: tuple[tuple[str, str], ...] = ()
    """Name and exact version of what is installed."""
    arguments: tuple[str, ...] = ()
    """Given after form, script and seconds."""
    most_items: int = 1_000_000
    """Larger forms are left out, where another setting of the same engine stands for it."""

    @property
    def is_node(self) -> bool:
        """Whether it runs in node and its packages come by npm."""
        return self.program.endswith(".mjs")

    @property
    def folder(self) -> str:
        """Where its packages are, within the folder of all peers."""
        return Path(self.program).stem

    @property
    def is_ours(self) -> bool:
        """Whether it is the engine of this project."""
        return not self.packages


SURVEY_CORE = (("survey-core", "3.1.1"),)
ODK = (("@getodk/xforms-engine", "0.22.0"), ("jsdom", "27.2.0"))
LUNATIC = (("@inseefr/lunatic", "3.13.4"), ("react", "19.3.1"), ("react-dom", "19.3.1"))
ENGINES = (
    Engine("cati", "ours.py"),
    Engine("survey-core none", "survey_core.mjs", SURVEY_CORE, ("none",)),
    Engine("survey-core onHidden", "survey_core.mjs", SURVEY_CORE, ("onHidden",), 1_000),
    Engine(
        "survey-core onHiddenContainer",
        "survey_core.mjs",
        SURVEY_CORE,
        ("onHiddenContainer",),
        1_000,
    ),
    Engine("xforms-engine", "odk.mjs", ODK),
    Engine("lunatic kept", "lunatic.mjs", LUNATIC, ("kept",)),
    Engine("lunatic cleaned", "lunatic.mjs", LUNATIC, ("cleaned",)),
    Engine("rxeval", "rxeval_peer.py", (("rxeval", "0.1.1"),)),
)


class NotInstalled(Exception):
    """A peer cannot run; the message says why."""


def chosen(names: list[str]) -> list[Engine]:
    """Our engine, and those whose names begin as asked for.

    Raises ValueError for a beginning that no name has.
    """
    known = [engine.name for engine in ENGINES]
    for name in names:
        if not any(engine.name.startswith(name) for engine in ENGINES):
            raise ValueError(f"There is no engine '{name}'. Those there are: {', '.join(known)}.")
    return [one for one in ENGINES if one.is_ours or one.name.startswith(tuple(names))]


def scratch() -> Path:
    """Where peers are installed: the folder CATI_PEERS names, or one of the person's cache."""
    named = os.environ.get("CATI_PEERS")
    return Path(named) if named else user_cache_path("cati-peers")


def prepare(engine: Engine) -> None:
    """Install what an engine needs, unless it is there. Raises NotInstalled when that fails."""
    if engine.is_ours:
        return
    if engine.is_node and not (shutil.which("node") and shutil.which("npm")):
        raise NotInstalled("it needs node and npm, and they are not here")
    folder = scratch() / engine.folder
    if all(_installed(engine, folder, name) == exact for name, exact in engine.packages):
        return
    folder.mkdir(parents=True, exist_ok=True)
    try:
        installed = subprocess.run(
            _install_command(engine, folder),
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotInstalled(f"it was not installed within {INSTALL_SECONDS} s") from None
    if installed.returncode:
        lines = installed.stderr.splitlines()
        said = [line for line in lines if line.startswith(("npm error", "ERROR"))]
        why = "; ".join(said[:2])[:200] or "nothing"
        raise NotInstalled(f"its packages could not be installed; the installer said: {why}")


def command(engine: Engine, form: Path, script: Path, seconds: float) -> list[str]:
    """The command that leads the interview through an engine."""
    if engine.is_node:
        start = ["node", "--expose-gc", ENOUGH_MB, str(HERE / engine.program)]
    else:
        start = [sys.executable, "-m", f"benchmarks.peers.{engine.folder}"]
    return [*start, str(form), str(script), str(seconds), *engine.arguments]


def surroundings(engine: Engine) -> dict[str, str]:
    """The environment in which an engine finds its packages."""
    folder = str(scratch() / engine.folder)
    if engine.is_node:
        return {**os.environ, "CATI_PEERS": folder}
    return dict(os.environ) if engine.is_ours else {**os.environ, "PYTHONPATH": folder}


def _installed(engine: Engine, folder: Path, name: str) -> str | None:
    """The version of a package that is there."""
    if engine.is_node:
        about = folder / "node_modules" / name / "package.json"
        version = json.loads(about.read_text(encoding="utf-8")) if about.exists() else {}
        return version.get("version")
    found = distributions(name=name, path=[str(folder)])
    return next((one.version for one in found), None)


def _install_command(engine: Engine, folder: Path) -> list[str]:
    if engine.is_node:
        wanted = [f"{name}@{exact}" for name, exact in engine.packages]
        return ["npm", "install", "--prefix", str(folder), *NPM_OPTIONS, *wanted]
    wanted = [f"{name}=={exact}" for name, exact in engine.packages]
    return [sys.executable, "-m", "pip", "install", "--target", str(folder), *PIP_OPTIONS, *wanted]
