"""The command line as a person or a script meets it: real processes, exit codes, what goes where."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from cli.doctor import CHECKS
from evals.model_server import ModelServer, calls, serving
from settings import ROOT

HEAVY = {
    *("aiogram", "alembic", "fastapi", "httpx", "langchain_core", "langgraph", "openai", "procrastinate"),
    *("psycopg", "pydantic", "rich", "sqlalchemy"),
}


def _run(*arguments: str, told: str | None = None, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments],
        env={"PATH": "/usr/bin:/bin", **variables},
        check=False,
        capture_output=True,
        input=told,
        text=True,
        timeout=60,
    )


def _free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def _report(done: "subprocess.CompletedProcess[str]") -> Mapping[str, Mapping[str, object]]:
    return {check["name"]: check for check in json.loads(done.stdout)["checks"]}


def test_run_alone_prints_help() -> None:
    done = _run()
    assert (done.returncode, done.stderr) == (0, "")
    assert "doctor" in done.stdout


def test_help_imports_nothing_heavy() -> None:
    script = "import sys; from cli.app import main\ntry: main()\nexcept SystemExit: print('|'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    loaded = set(done.stdout.splitlines()[-1].split("|"))
    assert "typer" in loaded
    assert loaded & HEAVY == set()


def test_an_unknown_command_is_wrong_usage() -> None:
    done = _run("dcotor")
    assert (done.returncode, done.stdout) == (2, "")
    assert "dcotor" in done.stderr


def test_wrong_settings_are_wrong_usage_told_in_one_line() -> None:
    done = _run("migrate", PORT="no")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "./run: settings: PORT: the value 'no' is not acceptable; allowed: a whole number from 1 to 65535"
    ]


def test_an_expected_error_is_told_in_one_line_and_fails() -> None:
    done = _run("migrate", DATA_DIR="/dev/null/data")
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "DATA_DIR" in done.stderr


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    first, second = (_run("migrate", DATABASE_URL=database_url) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert first.stdout == second.stdout != ""


def test_a_company_is_founded_once_and_can_work_at_once(database_url: str) -> None:
    first = _run("seed", "--json", DATABASE_URL=database_url)
    founded = json.loads(first.stdout)
    assert (first.returncode, founded["entered"]) == (0, 6), first.stderr
    assert [person["role"] for person in founded["people"]] == ["owner", "head", "admin"] + ["manager"] * 3
    again = json.loads(_run("seed", "--json", DATABASE_URL=database_url).stdout)
    assert again == {"entered": 0, "people": founded["people"]}
    invited = _run("user", "invite", "--person", str(founded["people"][3]["id"]), DATABASE_URL=database_url)
    assert invited.stdout.startswith("/start ")
    doctor = _run("doctor", "--json", DATABASE_URL=database_url, PORT=_free_port())
    assert "Ольга Воронцова (owner)" in str(_report(doctor)["leaders"]["detail"])
    linked = _run("user", "login", "--person", "1", DATABASE_URL=database_url, PUBLIC_URL="https://desk.example")
    assert linked.stdout.startswith("https://desk.example/login/")


def test_others_are_not_mixed_with_a_company_that_works_already(database_url: str, tmp_path: Path) -> None:
    staff = tmp_path / "staff.yaml"
    staff.write_text("people:\n  - {name: Ира, role: owner}\n")
    assert _run("seed", "--staff", str(staff), DATABASE_URL=database_url).returncode == 0
    refused = _run("seed", DATABASE_URL=database_url)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "./run user add" in refused.stderr
    listed = json.loads(_run("user", "list", "--json", DATABASE_URL=database_url).stdout)
    assert [person["name"] for person in listed] == ["Ира"]


@pytest.mark.parametrize(
    ("people", "said"),
    [
        ("[{name: Ира, role: manager}]", "an owner, a head or an admin"),
        ("[{name: Ира, role: owner}, {name: Ира, role: head}]", "each name once"),
        ("[{name: Ира, role: boss}]", "manager"),
        ("[]", "people"),
    ],
)
def test_a_staff_that_could_not_work_is_not_entered(database_url: str, tmp_path: Path, people: str, said: str) -> None:
    staff = tmp_path / "staff.yaml"
    staff.write_text(f"people: {people}\n")
    refused = _run("seed", "--staff", str(staff), DATABASE_URL=database_url)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert said in refused.stderr


def test_the_journal_is_compared_with_a_head_that_was_noted(database_url: str) -> None:
    now = json.loads(_run("journal", "verify", "--json", DATABASE_URL=database_url).stdout)
    same = _run("journal", "verify", "--head", now["head"], DATABASE_URL=database_url)
    assert (same.returncode, now["noted_head_found"]) == (0, None)
    assert now["head"] in same.stdout
    other = _run("journal", "verify", "--json", "--head", "ab" * 32, DATABASE_URL=database_url)
    assert (other.returncode, json.loads(other.stdout)["noted_head_found"]) == (1, False)
    assert "--head" in _run("journal", "verify", "--help").stdout
    assert _run("journal", "verify", "--head", "abc", DATABASE_URL=database_url).returncode == 1


def test_the_operator_stops_a_role_and_everybody_sees_why(database_url: str) -> None:
    stopped = _run("ai", "pause", "--role", "ai-rop", "--reason", "странно", "--json", DATABASE_URL=database_url)
    assert stopped.returncode == 0, stopped.stderr
    roles = {role["role"]: role for role in json.loads(stopped.stdout)["roles"]}
    assert (roles["ai-rop"]["mode"], roles["ai-rop"]["switch"]["reason"]) == ("off", "странно")
    shown = _run("ai", DATABASE_URL=database_url).stdout.splitlines()
    assert shown[0] == "all roles: act"
    assert [line for line in shown if "off" in line] == [
        "ai-rop      off     0/6000000 tokens, 0.00/25.00 EUR today  (странно)"
    ]
    assert _run("ai", "resume", "--role", "ai-cook", DATABASE_URL=database_url).returncode == 1


@pytest.mark.parametrize(("role", "kind"), [("ai-rop", "daily"), ("ai-ceo", "brief")])
def test_a_digest_of_now_shows_its_facts_slots_and_text_and_is_sent_to_nobody(
    database_url: str, role: str, kind: str
) -> None:
    done = _run("digest", "--role", role, "--json", DATABASE_URL=database_url)
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert (shown["kind"], shown["model"], shown["send"]) == (kind, "rules", False)
    assert shown["facts"]["signals_open"] == 0
    assert f"Открытых сигналов: {shown['slots']['signals_open']}" in shown["text"]


def test_a_role_without_that_digest_is_told_which_it_has(database_url: str) -> None:
    done = _run("digest", "--role", "ai-ceo", "--kind", "shift", DATABASE_URL=database_url)
    assert (done.returncode, done.stdout) == (1, "")
    assert "weekly" in done.stderr


def test_the_doctor_finds_nothing_wrong_with_a_migrated_database(database_url: str) -> None:
    done = _run("doctor", "--json", DATABASE_URL=database_url, PORT=_free_port())
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(_report(done)) == [check.name for check in CHECKS]


def test_the_doctor_says_how_to_mend_a_database_without_tables(server_url: str) -> None:
    done = _run("doctor", "--json", DATABASE_URL=server_url, PORT=_free_port())
    assert done.returncode == 3
    assert _report(done)["migrations"]["mend"] == "./run migrate"


def test_the_doctor_names_wrong_settings_and_does_not_guess_what_hangs_on_them() -> None:
    done = _run("doctor", "--json", PORT="no")
    report = _report(done)
    assert done.returncode == 3
    assert "PORT" in str(report["settings"]["detail"])
    assert report["server"] == {
        "name": "server",
        "ok": False,
        "detail": "not examined",
        "mend": "mend first: settings, data-dir",
    }


def test_the_doctor_sees_another_program_on_our_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        done = _run("doctor", "--json", PORT=str(taken.getsockname()[1]), DATA_DIR="/dev/null/data")
    assert "another program" in str(_report(done)["port"]["detail"])


@pytest.mark.parametrize("variables", [{"TELEGRAM_TOKEN": "1:secret", "TELEGRAM_API_URL": "http://127.0.0.1:1"}])
def test_the_doctor_does_not_tell_the_token_of_a_bot_it_cannot_reach(variables: dict[str, str]) -> None:
    done = _run("doctor", "--json", DATA_DIR="/dev/null/data", PORT=_free_port(), **variables)
    assert _report(done)["telegram"]["ok"] is False
    assert "secret" not in done.stdout + done.stderr


def test_the_doctor_names_the_rules_that_answer_where_there_is_no_key() -> None:
    done = _run("doctor", "--json", DATA_DIR="/dev/null/data", PORT=_free_port())
    assert _report(done)["model"]["ok"] is True
    assert "offline-rules/v1" in str(_report(done)["model"]["detail"])


def test_the_doctor_says_how_to_mend_a_model_that_cannot_be_reached() -> None:
    access = {"OPENAI_API_KEY": "sk-secret", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1", "MODEL": "large"}
    done = _run("doctor", "--json", DATA_DIR="/dev/null/data", PORT=_free_port(), **access)
    found = _report(done)["model"]
    assert (done.returncode, found["ok"]) == (3, False)
    assert "large does not answer" in str(found["detail"])
    assert "OPENAI_BASE_URL" in str(found["mend"])
    assert "sk-secret" not in done.stdout + done.stderr


def test_the_doctor_asks_for_the_name_of_a_model() -> None:
    done = _run("doctor", "--json", DATA_DIR="/dev/null/data", PORT=_free_port(), OPENAI_API_KEY="sk-secret")
    assert "MODEL" in str(_report(done)["model"]["mend"])


async def test_the_doctor_finds_nothing_wrong_with_models_that_call_tools() -> None:
    server = ModelServer(lambda _: calls("report_ready", state="ready"))
    async with serving(server) as base_url:
        access = {"OPENAI_API_KEY": "any", "OPENAI_BASE_URL": base_url, "MODEL": "large", "MODEL_AI_ROP": "small"}
        done = await asyncio.to_thread(_run, "doctor", "--json", DATA_DIR="/dev/null/data", PORT=_free_port(), **access)
    assert _report(done)["model"]["ok"] is True, done.stdout
    assert [asked.model for asked in server.asked] == ["large", "small"]


def test_a_password_is_read_from_standard_input_and_never_shown(database_url: str) -> None:
    founded = json.loads(_run("seed", "--json", DATABASE_URL=database_url).stdout)
    command = ("user", "password", "--person", str(founded["people"][0]["id"]), "--login", "Anna")
    words = ("password12345", "верная лошадь 7")
    weak, strong = (_run(*command, told=f"{each}\n", DATABASE_URL=database_url) for each in words)
    assert (weak.returncode, strong.returncode, strong.stdout) == (1, 0, "anna can sign in\n"), strong.stderr
    said = "".join(each.stdout + each.stderr for each in (weak, strong))
    assert not any(each in said for each in words)
