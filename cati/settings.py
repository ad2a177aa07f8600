"""What a person may choose for their own screen.

The settings file is YAML, in the user's configuration folder (`settings.yaml` in the folder that
`settings_path` names):

```yaml
theme: dark            # dark, light or contrast
lock_after_minutes: 5  # 1 to 15
keys: {remark: f12}    # other keys for the commands of `cati.keys`
backup: {folder: /mnt/backups, daily: 7, weekly: 4}  # made on leaving when a day has passed
```
"""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from platformdirs import user_config_path
from pydantic import BaseModel, ConfigDict, Field, ValidationError

LARGEST = 16_384
"""Bytes; a settings file is a handful of lines."""

Key = Annotated[str, Field(pattern=r"^[a-z0-9_+]{1,24}$")]


class SettingsError(Exception):
    """The settings file cannot be used; `str()` says where and why in one sentence."""


class BackupPlan(BaseModel):
    """Where backups go, and how many are kept."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    folder: Annotated[str, Field(min_length=1, max_length=1000)]
    """A folder that exists, best on another disk."""
    daily: Annotated[int, Field(ge=1, le=366)] = 7
    """Days of which the newest scheduled backup is kept."""
    weekly: Annotated[int, Field(ge=0, le=520)] = 4
    """Weeks of which the newest scheduled backup is kept."""


class Settings(BaseModel):
    """A person's choices."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    theme: Literal["dark", "light", "contrast"] = "dark"
    lock_after_minutes: Annotated[int, Field(ge=1, le=15)] = 5
    """Minutes without a key after which the screen is locked and the keys are destroyed."""
    keys: dict[str, Key] = {}
    """Command (the ids of `cati.keys`) to key."""
    backup: BackupPlan | None = None
    """Without one, no backup is made on leaving."""
    rest_ms: Annotated[int, Field(ge=0, le=2000)] = 300
    """A question about a change takes no key for so long after it comes up, so that a key typed
    ahead cannot decide it."""


def settings_path() -> Path:
    """Where the settings file is looked for."""
    return user_config_path("cati", appauthor=False) / "settings.yaml"


def read_settings(path: Path) -> Settings:
    """The settings in a file, or the usual ones if there is none.

    Raises:
        SettingsError: the app could not go by them.
    """
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror}).") from None
    if len(raw) > LARGEST:
        raise SettingsError(f"{path}: too long for settings; keep it under {LARGEST} bytes.")
    try:
        found = Settings.model_validate(_plain(raw) or {})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise SettingsError(f"{path}: {where}: {first['msg']}.") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError):
        raise SettingsError(f"{path}: this is not plain YAML: write `name: value` lines.") from None
    _require_keys(path, found.keys)
    return found


def _require_keys(path: Path, moved: dict[str, str]) -> None:
    """Judge moved keys as the app does when it takes them; raises SettingsError."""
    if not moved:
        return
    from cati.keys import KeyMap  # which knows the screens' bindings: not loaded for nothing

    try:
        KeyMap(moved)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from None


def _plain(raw: bytes) -> object:
    """YAML without anchors, so that nothing in it can grow."""
    text = raw.decode("utf-8")
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken | yaml.TagToken):
            raise yaml.YAMLError("anchors and tags are not used here")
    return yaml.safe_load(text)
