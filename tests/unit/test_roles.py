"""The nine roles: whole, without anything left over, and as docs/DOMAIN.md 7 and 8 have them."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from domain.errors import NotFoundError, PolicyError
from domain.kpi import KPIS
from domain.policy import Action, Autonomy, Duty, RoleKpi, Tool, ToolKind
from domain.roles import CHARTER, acts, charter, inputs_of, outputs_of, priorities, proposes
from policy import load_policy
from settings import ROOT
from tests.unit.builders import POLICY
from tests.unit.spoiling import REMOVE, copy_policy, spoil

ROLES = POLICY.roles.roles
CIRCLES = POLICY.circles
FULLY_AT_WORK = {"ai-ceo", "ai-rop", "ai-rom"}

# file, key, bad value, key named by the error ("" = the same key), one value that must be offered (None = none has to)
BAD: list[tuple[str, str, object, str, str | None]] = [
    ("roles.yaml", "roles.ai-rop.circle", "sales", "", "sales_operations"),
    ("roles.yaml", "roles.ai-grc.circle", "revenue", "roles", None),
    ("roles.yaml", "roles.ai-rop.boss", "ai-ceo", "", "purpose"),
    ("roles.yaml", "roles.ai-rop.purpose", REMOVE, "", None),
    ("roles.yaml", "roles.ai-rop.name", "AI-РОМ", "", None),
    ("roles.yaml", "roles.ai-rop.tools.0", "read_minds", "", "look_at_queue"),
    ("roles.yaml", "roles.ai-rop.tools.1", "look_at_queue", "", None),
    ("roles.yaml", "roles.ai-rop.duties.0", "gossip", "", "chat"),
    ("roles.yaml", "roles.ai-rop.kpis.0", "smiles_per_hour", "", "pending_manager_orders"),
    ("roles.yaml", "roles.ai-rop.kpis.1", "pending_manager_orders", "", None),
    ("roles.yaml", "roles.ai-rop.accountabilities.0.served_by", [], "", None),
    ("roles.yaml", "roles.ai-rop.accountabilities.0.served_by", REMOVE, "", None),
    ("roles.yaml", "roles.ai-rop.accountabilities.0.served_by.0", "brief", "", "assign_order"),
    ("roles.yaml", "roles.ai-rop.accountabilities.0.served_by.0", "read_minds", "", "assign_order"),
    ("roles.yaml", "roles.ai-rop.accountabilities", [], "", None),
    ("roles.yaml", "roles.ai-rom.domains.0", "Маржа сделки, тариф и деньги клиента", "", None),
    ("roles.yaml", "roles.ai-cro.duties", ["chat"], "roles.ai-cro.duties", "consult"),
    ("roles.yaml", "roles.ai-cro.duties", ["chat", "consult", "arbitration"], "", "ai-ceo"),
    ("circles.yaml", "arbiter", "ai-cfo", "circles.strategy.priority", None),
    ("authority.yaml", "rules.9.actions.0", "cancel_order", "rules.9.actions", None),
    ("agents.yaml", "autonomy.cancel_order", "act", "", "propose"),
    ("agents.yaml", "autonomy.propose_refund", "act", "", "shadow"),
    ("agents.yaml", "autonomy.look_at_queue", "act", "", "assign_order"),
    ("agents.yaml", "autonomy.drop_tables", "act", "", "assign_order"),
    ("agents.yaml", "autonomy.remind", "sometimes", "", "shadow"),
    ("agents.yaml", "day_of_roles.ai-coo", {"tokens": 100_000, "eur": 1}, "", "ai-rop"),
    ("agents.yaml", "day_of_roles.ai-rop.tokens", 10, "", "60000 and more"),
    ("agents.yaml", "day.eur", 0.01, "", "0.3 and more"),
    ("agents.yaml", "run.model_calls", 0, "", None),
    ("agents.yaml", "run.patience", 3, "", "tool_calls"),
    ("agents.yaml", "prices.gpt-5.input", -1, "", None),
    ("agents.yaml", "texts.wait_for_model", "5m", "", "at most 90s"),
    ("agents.yaml", "threads.age", "long", "", "2h"),
]


@pytest.mark.parametrize("case", BAD, ids=[f"{case[0]}:{case[1]}"[:80] for case in BAD])
def test_a_mistake_in_roles_or_autonomy_is_named_with_file_key_and_what_is_allowed(
    tmp_path: Path, case: tuple[str, str, object, str, str | None]
) -> None:
    file, key, value, named, offered = case
    error = error_of(tmp_path, file, key, value)
    where = "roles.yaml" if named.startswith("roles") else file
    assert (error.params["file"], error.params["key"]) == (where, named or key)
    assert error.params["problem"]
    if offered is not None:
        assert offered in error.allowed


def error_of(tmp_path: Path, file: str, key: str, value: object) -> PolicyError:
    """The complaint about one spoilt value."""
    folder = copy_policy(tmp_path)
    spoil(folder, file, key, value)
    with pytest.raises(PolicyError) as refused:
        load_policy(folder)
    return refused.value


def without(folder: Path, words: str) -> PolicyError:
    """The complaint about roles of which none has this tool, duty or KPI; what it served, chat serves."""
    path = folder / "roles.yaml"
    text = re.sub(rf"(served_by:.*?)\b{words}\b", r"\1chat", path.read_text("utf-8"))
    text = re.sub(rf"^ +- {words}\n|, {words}\b|(?<=\[){words}, ", "", text, flags=re.MULTILINE)
    assert not re.search(rf"\b{words}\b", text)
    path.write_text(text, "utf-8")
    with pytest.raises(PolicyError) as refused:
        load_policy(folder)
    return refused.value


@pytest.mark.parametrize("left_over", ["escalate", "look_at_calendar", "set_constraint", "review", "mttr"])
def test_a_tool_a_duty_or_a_kpi_that_no_role_has_is_refused(tmp_path: Path, left_over: str) -> None:
    error = without(copy_policy(tmp_path), left_over)
    assert error.params["file"] == "roles.yaml"
    assert f"'{left_over}'" in str(error.params["problem"])
    assert "nobody" in str(error.params["problem"])


def test_a_tool_whose_action_is_refused_to_agents_cannot_be_held(tmp_path: Path) -> None:
    folder = copy_policy(tmp_path)
    text = (folder / "authority.yaml").read_text("utf-8")
    head, agents, tail = text.partition("  - name: agent-steers-the-process")
    (folder / "authority.yaml").write_text(head + agents + tail.replace("      - snooze\n", "", 1), "utf-8")
    with pytest.raises(PolicyError, match="refuses 'snooze' to role agents"):
        load_policy(folder)


def test_a_duty_whose_action_is_refused_to_agents_cannot_be_had(tmp_path: Path) -> None:
    folder = copy_policy(tmp_path)
    text = (folder / "authority.yaml").read_text("utf-8")
    head, agents, tail = text.partition("  - name: agent-steers-the-process")
    (folder / "authority.yaml").write_text(head + agents + tail.replace("      - send_digest\n", "", 1), "utf-8")
    with pytest.raises(PolicyError, match="refuses 'send_digest' to role agents"):
        load_policy(folder)


# ── as the domain says ───────────────────────────────────────────────────────────────────────────────────────────────
def test_the_roles_and_their_names_are_those_of_the_domain() -> None:
    text = (ROOT / "docs/DOMAIN.md").read_text("utf-8")
    listed = re.search(r"In Russian texts the names are (.+?)\.\n", text, re.DOTALL)
    assert listed is not None
    assert {role.name for role in ROLES.values()} == {name.strip() for name in listed[1].split(",")}


def spoken_pairs() -> set[tuple[str, str]]:
    """(speaker, hearer) as "Who hears from whom" of docs/DOMAIN.md 7 has them, and the warning of the role table."""
    text = " ".join((ROOT / "docs/DOMAIN.md").read_text("utf-8").split())
    found = re.search(r"Who hears from whom: (.+?) Each role is declared once", text)
    assert found is not None
    key = {"ROP": "ai-rop", "ROM": "ai-rom", "CEO": "ai-ceo", "CFO": "ai-cfo", "Quality": "ai-quality", "SRE": "ai-sre"}
    pairs = {("ai-traffic", "ai-rop")} if "warns ROP of peaks" in text else set[tuple[str, str]]()
    for one, arrow, others in re.findall(r"(RO[PM]) ([←→]) (.+?)(?=[;.] |$)", re.sub(r" \([^)]*\)", "", found[1])):
        for other in re.split(r", ", others.strip(".; ")):
            pairs.add((key[other], key[one]) if arrow == "←" else (key[one], key[other]))
    if "All circles → CEO; CEO → all" in found[1]:
        arbiter, rest = "ai-ceo", set(ROLES) - {"ai-ceo"}
        pairs |= {(role, arbiter) for role in rest} | {(arbiter, role) for role in rest}
    return pairs


def test_who_hears_from_whom_is_what_the_domain_says() -> None:
    heard = {(source, role) for role in ROLES for source in inputs_of(role, CIRCLES)}
    told = {(role, target) for role in ROLES for target in outputs_of(role, CIRCLES)}
    assert heard == told == spoken_pairs()


def test_what_is_heard_is_what_is_told() -> None:
    for role in ROLES:
        for source, what in inputs_of(role, CIRCLES).items():
            assert outputs_of(source, CIRCLES)[role] == what
    assert inputs_of("ai-rop", CIRCLES)["ai-cfo"] == ("money_risk",)
    assert outputs_of("ai-rop", CIRCLES)["ai-cfo"] == ("margin_leaking_delays",)


def test_safety_comes_first_then_money_then_speed_then_growth() -> None:
    assert priorities(CIRCLES) == (
        ("Governance Circle", "Trust & Quality Circle"),
        ("Unit Economics Circle",),
        ("Sales Operations Circle", "Reliability Circle"),
        ("Revenue Circle",),
    )


def test_ai_rop_does_itself_what_the_domain_lets_it_and_proposes_the_rest() -> None:
    rop = ROLES["ai-rop"]
    own = {"assign_order", "create_task", "reprioritise", "remind", "escalate", "make_plan"}
    assert own <= set(acts(rop, POLICY))
    assert {tool for tool in rop.tools if tool.kind is ToolKind.PROPOSE} <= set(proposes(rop, POLICY))
    assert set(acts(rop, POLICY)) & set(proposes(rop, POLICY)) == set()
    assert rop.holds(Action.SEND_DIGEST)


@pytest.mark.parametrize("role", sorted(set(ROLES) - FULLY_AT_WORK))
def test_the_other_six_look_raise_signals_take_positions_and_change_nothing_else(role: str) -> None:
    own = set(acts(ROLES[role], POLICY))
    assert own == {Tool.RAISE_SIGNAL, Tool.TAKE_POSITION}
    assert ROLES[role].duties == (Duty.CHAT, Duty.CONSULT)


def test_only_the_arbiter_arbitrates_and_it_takes_no_side() -> None:
    assert [name for name, role in ROLES.items() if Duty.ARBITRATION in role.duties] == [CIRCLES.arbiter]
    assert [name for name, role in ROLES.items() if Tool.TAKE_POSITION not in role.tools] == [CIRCLES.arbiter]


@pytest.mark.parametrize("tool", [tool for tool in Tool if tool.kind is ToolKind.PROPOSE])
def test_what_touches_money_law_disputes_mass_or_policy_is_never_done_by_a_role_itself(tool: Tool) -> None:
    assert POLICY.agents.autonomy_of(tool) is Autonomy.PROPOSE


def test_an_action_that_the_policy_does_not_name_is_proposed() -> None:
    assert POLICY.agents.autonomy_of("fire_everybody") is Autonomy.PROPOSE
    assert POLICY.agents.autonomy_of(Action.REMIND) is Autonomy.ACT


def test_a_role_holds_its_tools_and_nothing_else() -> None:
    assert POLICY.roles.holds("ai-rop", Action.REASSIGN_ORDER)
    assert not POLICY.roles.holds("ai-cfo", Action.REASSIGN_ORDER)
    assert not POLICY.roles.holds("ai-coo", Action.REASSIGN_ORDER)
    assert not POLICY.roles.holds("ai-cfo", Action.SEND_DIGEST)


def test_every_kpi_that_is_measured_and_main_or_secondary_belongs_to_ai_rop() -> None:
    measured = {kpi for kpi in RoleKpi if kpi in KPIS}
    assert measured == set(ROLES["ai-rop"].kpis)


def test_a_role_that_is_not_declared_is_named_with_those_that_are() -> None:
    with pytest.raises(NotFoundError) as refused:
        POLICY.roles.role("ai-coo")
    assert "ai-rop" in refused.value.allowed


@pytest.mark.parametrize("role", sorted(ROLES))
def test_the_charter_has_words_for_every_slot(role: str) -> None:
    words = charter(role, POLICY)
    assert tuple(words) == CHARTER
    assert all(words.values())
    assert words["name"] == ROLES[role].name


def test_a_model_without_a_price_has_an_unknown_cost_and_the_offline_one_none() -> None:
    assert POLICY.agents.prices.get("a-model-of-tomorrow") is None
    offline, known = POLICY.agents.prices.get("offline-rules/v1"), POLICY.agents.prices.get("gpt-4.1")
    assert offline is not None
    assert known is not None
    assert offline.cost(tokens_in=10**6, tokens_out=10**6) == 0
    assert known.cost(tokens_in=1000, tokens_out=100) == (known.input * 1000 + known.output * 100) / Decimal(10**6)


def test_a_role_without_limits_of_its_own_has_the_usual_ones() -> None:
    assert POLICY.agents.day_of("ai-grc") == POLICY.agents.day
    assert POLICY.agents.day_of("ai-rop").tokens > POLICY.agents.day.tokens
