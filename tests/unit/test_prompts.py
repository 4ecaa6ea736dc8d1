"""The prompts: one for every role and duty, each with its slots, the house's own rules in every one of them."""

import re
import shutil
from pathlib import Path
from typing import Final

import pytest

import prompts as prompts_folder
from domain.errors import PolicyError
from domain.policy import Duty, Tool
from domain.roles import charter
from prompts import MOMENT, Prompt, Prompts
from tests.unit.builders import POLICY

SHIPPED: Final = Path(prompts_folder.__file__).parent
PROMPTS: Final = Prompts.load()
IN_EVERY_PROMPT: Final = ("## Факты", "## Чужие тексты", "## Чего ты не обещаешь")
IN_EVERY_CHAT: Final = ("## Что ты можешь сделать", "## Как ты отвечаешь")
WITH_SLOTS: Final = [duty for duty in Duty if "slots" in MOMENT[duty]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped prompts to spoil."""
    return shutil.copytree(SHIPPED, tmp_path / "prompts", ignore=shutil.ignore_patterns("__pycache__"))


def error_of(folder: Path) -> PolicyError:
    """The complaint about a spoilt folder, on reading it or on comparing it with the roles."""
    with pytest.raises(PolicyError) as refused:
        Prompts.load(folder).agree_with(POLICY.roles)
    return refused.value


def section(prompt: Prompt, title: str) -> str:
    """The section of this title, without what follows it."""
    found = re.search(rf"^{title}\n(.+?)(?=^## |\Z)", prompt.text, re.DOTALL | re.MULTILINE)
    return found[1].strip() if found else ""


def test_every_role_has_a_prompt_for_every_duty_and_no_other() -> None:
    PROMPTS.agree_with(POLICY.roles)
    assert {role: set(PROMPTS.of(role)) for role in POLICY.roles.roles} == {
        name: set(role.duties) for name, role in POLICY.roles.roles.items()
    }
    assert PROMPTS.of("ai-coo") == {}


def test_a_duty_without_a_prompt_is_refused(folder: Path) -> None:
    (folder / "ai-rop" / "chat.md").unlink()
    error = error_of(folder)
    assert error.params["file"] == "prompts/ai-rop/chat.md"
    assert "missing" in str(error.params["problem"])


def test_a_prompt_without_a_role_is_refused(folder: Path) -> None:
    shutil.copytree(folder / "ai-rop", folder / "ai-coo")
    error = error_of(folder)
    assert str(error.params["file"]).startswith("prompts/ai-coo/")
    assert "ai-rop" in error.allowed


def test_a_prompt_for_a_duty_that_the_role_does_not_have_is_refused(folder: Path) -> None:
    shutil.copy(folder / "ai-rop" / "follow_up.md", folder / "ai-cfo" / "follow_up.md")
    error = error_of(folder)
    assert error.params["file"] == "prompts/ai-cfo/follow_up.md"
    assert error.allowed == ("chat", "consult")


@pytest.mark.parametrize("name", ["ai-rop/gossip.md", "ai-rop/chat.txt", "notes.md", "ai-rop/old/chat.md", "tools.py"])
def test_a_file_that_is_no_prompt_is_refused(folder: Path, name: str) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x", "utf-8")
    error = error_of(folder)
    assert error.params["file"] == f"prompts/{name}"
    assert "<role>/chat.md" in error.allowed


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("{{purpose}}", "{{mission}}", "mission"),
        ("{{now}}", "сейчас", "now"),
        ("{{asker}}", "кто-то", "asker"),
        ("{{purpose}}", "{{ purpose }}", ""),
        ("{{purpose}}", "{{Purpose}}", ""),
        ("{{purpose}}", "{{purpose}", ""),
        ("{{purpose}}", "{{period}}", "period"),
    ],
)
def test_a_slot_that_is_unknown_unused_or_badly_written_is_refused(folder: Path, old: str, new: str, key: str) -> None:
    path = folder / "ai-rop" / "chat.md"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    error = error_of(folder)
    assert (error.params["file"], error.params["key"]) == ("prompts/ai-rop/chat.md", key)
    assert error.allowed


def test_an_empty_prompt_is_refused(folder: Path) -> None:
    (folder / "ai-rop" / "chat.md").write_text("\n", "utf-8")
    assert "empty" in str(error_of(folder).params["problem"])


@pytest.mark.parametrize("key", sorted(PROMPTS))
def test_every_prompt_is_filled_by_the_charter_and_the_moment(key: tuple[str, str]) -> None:
    prompt = PROMPTS[key]
    moment = {slot: f"<{slot}>" for slot in MOMENT[prompt.duty]}
    text = prompt.filled({**charter(prompt.role, POLICY), **moment})
    assert "{{" not in text
    assert POLICY.roles.roles[prompt.role].purpose in text
    assert all(word in text for word in moment.values())


def test_a_slot_without_a_value_and_a_value_without_a_slot_are_refused() -> None:
    prompt = PROMPTS["ai-rop", "chat"]
    values = {**charter("ai-rop", POLICY), "now": "n", "asker": "a", "asker_role": "r"}
    with pytest.raises(PolicyError, match="key=asker"):
        prompt.filled({name: value for name, value in values.items() if name != "asker"})
    with pytest.raises(PolicyError, match="key=period"):
        prompt.filled({**values, "period": "7d"})


def test_a_value_that_looks_like_a_slot_stays_as_it_is() -> None:
    prompt = Prompt(role="ai-rop", duty=Duty.CHAT, text="{{asker}} {{now}}")
    assert prompt.filled({"asker": "{{now}}", "now": "12:00"}) == "{{now}} 12:00"


def test_the_version_names_role_and_duty_and_sees_every_letter() -> None:
    one = Prompt(role="ai-rop", duty=Duty.CHAT, text="a")
    other = Prompt(role="ai-rop", duty=Duty.CHAT, text="b")
    assert re.fullmatch(r"ai-rop/chat@[0-9a-f]{8}", one.version)
    assert one.version != other.version
    assert one.version == Prompt(role="ai-rop", duty=Duty.CHAT, text="a").version


@pytest.mark.parametrize("title", IN_EVERY_PROMPT)
def test_facts_foreign_texts_and_promises_stand_in_every_prompt_word_for_word(title: str) -> None:
    written = {section(prompt, title) for prompt in PROMPTS.values()}
    assert len(written) == 1
    assert written != {""}


@pytest.mark.parametrize("title", IN_EVERY_CHAT)
def test_authority_and_voice_stand_in_every_chat_word_for_word(title: str) -> None:
    written = {section(prompt, title) for prompt in PROMPTS.values() if prompt.duty is Duty.CHAT}
    assert len(written) == 1
    assert written != {""}


@pytest.mark.parametrize("duty", WITH_SLOTS)
def test_where_code_fills_the_numbers_the_prompt_says_so(duty: Duty) -> None:
    written = {section(prompt, "## Числа стоят в слотах") for prompt in PROMPTS.values() if prompt.duty is duty}
    assert len(written) == 1
    assert "{{slots}}" in written.pop()


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=lambda prompt: f"{prompt.role}/{prompt.duty}")
def test_a_prompt_speaks_only_of_tools_that_its_role_holds(prompt: Prompt) -> None:
    named = {tool for tool in Tool if re.search(rf"\b{tool}\b", prompt.text)}
    assert named <= set(POLICY.roles.roles[prompt.role].tools)


def test_the_marks_of_foreign_texts_are_those_that_the_prompts_name() -> None:
    assert "«чужой текст: …»" in section(PROMPTS["ai-rop", "chat"], "## Чужие тексты")
