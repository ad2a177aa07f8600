from pathlib import Path

import pytest

from cati.settings import Settings, SettingsError, read_settings


def test_without_a_file_the_usual_settings_hold(tmp_path: Path) -> None:
    assert read_settings(tmp_path / "settings.yaml") == Settings()


def test_two_commands_may_exchange_their_keys(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("keys: {remark: f1, help: f2}\n")
    assert read_settings(path).keys == {"remark": "f1", "help": "f2"}


def test_a_file_chooses(tmp_path: Path) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text("theme: light\nlock_after_minutes: 10\nkeys: {remark: f12}\n")
    assert read_settings(path) == Settings(
        theme="light", lock_after_minutes=10, keys={"remark": "f12"}
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("theme: purple", "theme"),
        ("lock_after_minutes: 600", "lock_after_minutes"),
        ("color: red", "color"),
        ("- theme", "the file"),
        ("theme: [", "not plain YAML"),
        ("theme: &a dark", "not plain YAML"),
        ("keys: {remark: 'f 12'}", "keys.remark"),
        ("keys: {remark: f1}", "keys: the key f1 is given to both 'help' and 'remark'; choose"),
        ("keys: {help: f2}", "keys: the key f2 is given to both 'help' and 'remark'; choose"),
        ("keys: {remark: f12, flag: f12}", "the key f12 is given to both 'remark' and 'flag'"),
        ("keys: {next: f10, lock: enter, remark: enter}", "to both 'remark' and 'lock'"),
        ("keys: {dance: f12}", "keys: 'dance' is no command"),
        ("#" * 20_000, "too long"),
    ],
)
def test_a_wrong_file_is_named_in_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
