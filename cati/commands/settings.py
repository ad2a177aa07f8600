"""`cati settings`: where your settings are, and what holds."""

from typing import Any

import yaml

from cati.commands.shared import JsonOption, say, say_json


def settings(as_json: JsonOption = False) -> None:
    """Say where your settings file is looked for, and what holds; change it in any editor."""
    from cati.settings import read_settings, settings_path

    path = settings_path()
    held: dict[str, Any] = read_settings(path).model_dump()
    if as_json:
        say_json({"file": str(path), "exists": path.is_file(), "settings": held})
        return
    say(f"{path}" if path.is_file() else f"{path} (not there: all as usual)")
    said = {name: value for name, value in held.items() if value is not None}
    say(yaml.safe_dump(said, sort_keys=False, allow_unicode=True, default_flow_style=None).rstrip())
    if held["backup"] is None:
        say("backup: none; `backup: {folder: FOLDER}` has one made on leaving the app.")
