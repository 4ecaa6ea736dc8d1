"""The company's rules: one YAML file per theme in this folder, read and validated once at start.

`load_policy()` is the only way to them; a mistake in a file raises `PolicyError`, which names the file, the key and the
values that are allowed.
"""

from policy.loading import load_policy

__all__ = ["load_policy"]
