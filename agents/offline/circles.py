"""Rulings between circles and the state of a role, in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from agents.offline.numbers import kpi_line
from locales import Texts

Facts = Mapping[str, Any]
LISTED: Final = 7


def precedents(facts: Facts, say: Texts) -> str:
    """The conflict that is open on the order, if one was asked about, and what was ruled before."""
    lines: list[str] = []
    if "order" in facts:
        found = facts["conflict"]
        lines.append(
            say.get("offline-conflict-none", order=str(facts["order"]))
            if found is None
            else say.get(
                "offline-conflict",
                order=str(facts["order"]),
                winner=str(found["winner"]["name"]),
                stance=str(found["winner"]["stance"]),
                losers=", ".join(str(each["name"]) for each in found["losers"]),
            )
        )
    lines.append(say.get("offline-rulings", count=len(facts["rulings"])))
    return "\n".join(lines) + "".join(f"\n• {_ruling(each, say)}" for each in facts["rulings"][:LISTED])


def _ruling(ruling: Facts, say: Texts) -> str:
    positions: Sequence[Facts] = ruling["positions"]
    return say.get(
        "offline-ruling-line",
        number=str(ruling["ruling"]),
        at=str(ruling["ruled_at_local"]),
        order=str(ruling["order"]),
        winner=str(positions[0]["name"]),
        stance=str(positions[0]["stance"]),
        overruled="yes" if ruling["overruled_by"] else "no",
    )


def circle(facts: Facts, say: Texts) -> str:
    """A role: its circle, its purpose, what is measured of it, and what is not."""
    period = facts["period"]
    head = say.get("offline-circle", name=str(facts["name"]), circle=str(facts["circle_name"]))
    since, until = str(period["from_local"]), str(period["to_local"])
    lines = [head, str(facts["purpose"]), say.get("offline-kpis", since=since, until=until)]
    lines += [f"• {kpi_line(key, kpi, say)}" for key, kpi in facts["kpis"].items()]
    if facts["missing_kpis"]:
        lines.append(say.get("offline-circle-missing", with_data=str(facts["with_data"])))
    return "\n".join(lines)
