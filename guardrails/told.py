"""What journal rows and approvals hold, ready to be shown: the house's words bare, what somebody typed as foreign."""

from collections.abc import Mapping
from typing import Any

from domain.foreign import Fact
from tools.looking.records import told


def facts_of(kept: Mapping[str, Any] | None) -> Fact:
    """The kept JSON as facts; how to reach somebody is left out, long lists are cut and say so."""
    return told(kept)
