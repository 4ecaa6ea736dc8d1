"""Reads the policy folder into a `Policy`, or says which key of which file is wrong."""

import hashlib
import json
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Final, cast

import yaml
from pydantic import ValidationError

from domain.errors import PolicyError
from domain.policy import Policy
from policy.complaints import complaint
from policy.crosschecks import crosscheck

HERE: Final = Path(__file__).parent
HEAD: Final = "policy"
FIELDS: Final = {(HEAD if field == "head" else field): field for field in Policy.model_fields if field != "version"}


class _StrictLoader(yaml.SafeLoader):
    """YAML without silent surprises: a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen = set[Hashable]()
        for key_node, _ in node.value:
            key = cast("Hashable", self.construct_object(key_node, deep=True))  # pyright: ignore[reportUnknownMemberType] - PyYAML is untyped
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key '{key}' stands twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


def load_policy(directory: Path = HERE) -> Policy:
    """Read every YAML file of `directory` and validate the whole.

    Raises `PolicyError` (`file`, `key`, `problem`, `allowed`) for the first mistake found: a missing or unknown file,
    text that is no YAML, a key or a value that is not allowed, files that contradict each other.
    """
    raw = {name: read_yaml(path) for name, path in _files(directory).items()}
    content = {FIELDS[name]: data for name, data in raw.items()}
    try:
        policy = Policy.model_validate({"version": _version(raw), **content})
    except ValidationError as error:
        raise complaint(error) from error
    crosscheck(policy)
    return policy


def _files(directory: Path) -> Mapping[str, Path]:
    found = {path.stem: path for path in sorted(directory.glob("*.y*ml"))}
    allowed = [f"{name}.yaml" for name in FIELDS]
    for name, path in found.items():
        if name not in FIELDS or path.suffix != ".yaml":
            raise PolicyError(file=path.name, key="", problem="no policy file has this name", allowed=allowed)
    for name in FIELDS:
        if name not in found:
            raise PolicyError(
                file=f"{name}.yaml", key="", problem=f"the file is missing in {directory}", allowed=allowed
            )
    return found


def read_yaml(path: Path) -> object:
    """The content of a YAML file; raises PolicyError when it is none, or when a key stands twice."""
    try:
        return cast("object", yaml.load(path.read_text("utf-8"), _StrictLoader))  # noqa: S506 - a SafeLoader underneath
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PolicyError(file=path.name, key="", problem=f"no valid YAML: {error}") from error


def _version(raw: Mapping[str, object]) -> str:
    """The written version and a digest of the values, blind to comments, order of keys and layout."""
    head = raw[HEAD]
    written = cast("Mapping[str, object]", head).get("version", "") if isinstance(head, dict) else ""
    canonical = json.dumps(raw, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return f"{written}-{hashlib.sha256(canonical.encode()).hexdigest()[:8]}"
