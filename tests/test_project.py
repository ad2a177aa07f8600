"""The files around the program: locked requirements, Makefile, changelog."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))

ENTRY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*==[^\s;]+( ; [^\\#]+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def lock_problems(text: str) -> list[str]:
    """What keeps `text` from being a list of exact versions with hashes and nothing else."""
    problems = []
    joined = text.replace("\\\n", " ")
    for entry in filter(None, map(str.strip, joined.splitlines())):
        requirement, *hashes = re.split(r"\s+(?=--)", entry)
        if not ENTRY.fullmatch(requirement):
            problems.append(f"not an exact version: {requirement}")
        if not hashes:
            problems.append(f"no hash: {requirement}")
        problems += [f"not a hash: {item}" for item in hashes if not HASH.fullmatch(item)]
    return problems


def locked(name: str) -> dict[str, str]:
    """Package and version of each entry of one lock file."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, flags=re.MULTILINE))


def targets(makefile: str) -> dict[str, str]:
    """Help text of each target a person may ask for, empty where there is none."""
    phony = re.search(r"^\.PHONY:(.*)$", makefile, flags=re.MULTILINE)
    assert phony
    helps = dict(re.findall(r"^([a-z]+):[^#\n]*## (.+)$", makefile, flags=re.MULTILINE))
    return {name: helps.get(name, "") for name in phony[1].split()}


def test_there_is_a_lock_for_running_and_one_for_developing() -> None:
    assert {"run.txt", "dev.txt"} <= {lock.name for lock in LOCKS}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_holds_exact_versions_with_hashes_and_nothing_else(lock: Path) -> None:
    assert lock_problems(lock.read_text(encoding="utf-8")) == []


GOOD_HASH = "--hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    "planted",
    [
        "lark==1.3.1",
        f"lark>=1.3.1 {GOOD_HASH}",
        f"lark @ https://example.org/lark.whl {GOOD_HASH}",
        f"./lark.whl {GOOD_HASH}",
        f"-e . {GOOD_HASH}",
        "--index-url https://example.org/simple",
        "--extra-index-url https://example.org/simple",
        "--find-links /srv/wheels",
        "--trusted-host example.org",
        "# made in /home/someone/cati",
        f"lark==1.3.1 \\\n    {GOOD_HASH} \\\n    --hash=md5:0",
    ],
)
def test_control_a_loose_entry_or_an_address_is_caught(planted: str) -> None:
    good = f"click==8.5.1 ; sys_platform == 'win32' \\\n    {GOOD_HASH}\n"
    assert lock_problems(good) == []
    assert lock_problems(good + planted + "\n") != []


def test_what_runs_is_what_is_tested() -> None:
    assert locked("run.txt").items() <= locked("dev.txt").items()


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("run.txt", ["data", "authoring"]), ("dev.txt", ["data", "authoring", "dev"])],
)
def test_a_lock_satisfies_what_the_project_declares(lock: str, extras: list[str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = list(project["dependencies"])
    for extra in extras:
        declared += project["optional-dependencies"][extra]
    versions = locked(lock)
    for requirement in map(Requirement, declared):
        version = versions.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not in {lock}: run `make lock`"
        assert requirement.specifier.contains(version), f"{requirement} but {version} in {lock}"


def test_every_target_of_the_makefile_has_a_help_text() -> None:
    known = targets((ROOT / "Makefile").read_text(encoding="utf-8"))
    assert {"setup", "run", "test", "check", "soak", "bench", "screens", "lock", "clean"} <= set(
        known
    )
    assert [name for name, text in known.items() if not text] == []


def test_control_a_target_without_help_is_seen() -> None:
    makefile = ".PHONY: run test\n\nrun: .venv ## start\n\ttrue\n\ntest: .venv\n\ttrue\n"
    assert targets(makefile) == {"run": "start", "test": ""}


def test_the_changelog_begins_with_what_is_not_released() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert headings
    assert headings[0] == "Unreleased"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)", later) for later in headings[1:])


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\]\((\d{3}-[^)]+\.md)\)", (folder / "README.md").read_text("utf-8")))
    assert listed == {page.name for page in folder.glob("[0-9][0-9][0-9]-*.md")}
