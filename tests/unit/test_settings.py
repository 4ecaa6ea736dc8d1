"""The settings: what they accept, and what they say of what they do not."""

from pathlib import Path

import pytest

from cli.desk import public_url
from policy import load_policy
from settings import ROOT, VARIABLES, SettingsError, load_settings

WRONG = {
    "DATABASE_URL": "sqlite:///secret.db",
    "HOST": "two words",
    "PORT": "70000",
    "PUBLIC_URL": "desk.example",
    "TELEGRAM_TOKEN": "secret",
    "TELEGRAM_API_URL": "telegram.example",
    "TELEGRAM_WEBHOOK_URL": "desk.example/telegram/webhook",
    "TELEGRAM_WEBHOOK_SECRET": "two words",
    "OPENAI_BASE_URL": "http://",
    "MODEL": "two words",
    "MODEL_AI_ROP": "two words",
    "MODEL_FALLBACKS": "one, two words",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318",
    "LOCALE": "fr",
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def test_nothing_needs_to_be_set(env_file: Path) -> None:
    settings = load_settings(env_file)
    assert (settings.host, settings.port, settings.locale) == ("127.0.0.1", 8765, "ru")
    assert settings.data_dir == ROOT / ".data"
    assert settings.database_url is None


def test_env_example_as_it_is_changes_nothing(env_file: Path) -> None:
    env_file.write_text((ROOT / ".env.example").read_text())
    assert load_settings(env_file) == load_settings(env_file.with_name("absent"))


def test_links_begin_with_the_public_address_where_there_is_one(env_file: Path) -> None:
    assert public_url(load_settings(env_file)) == "http://127.0.0.1:8765"
    env_file.write_text("PUBLIC_URL=https://desk.example/crm/\nPORT=9000\n")
    assert public_url(load_settings(env_file)) == "https://desk.example/crm"


def test_roles_may_have_models_of_their_own_and_models_may_stand_in(env_file: Path) -> None:
    env_file.write_text("MODEL=large\nMODEL_AI_ROP=small\nMODEL_FALLBACKS=medium, tiny,\n")
    settings = load_settings(env_file)
    assert settings.models_by_role() == {"ai-rop": "small"}
    assert settings.model_fallbacks == ("medium", "tiny")


def test_every_role_of_the_company_can_have_a_model_of_its_own() -> None:
    variables = {f"MODEL_{role.replace('-', '_').upper()}" for role in load_policy().roles.roles}
    assert variables == {name for name in VARIABLES if name.startswith("MODEL_AI_")}


def test_the_shell_overrules_the_file(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env_file.write_text("PORT=9000\nHOST=0.0.0.0\n")
    monkeypatch.setenv("PORT", "9001")
    settings = load_settings(env_file)
    assert (settings.host, settings.port) == ("0.0.0.0", 9001)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_named_with_what_is_allowed(
    name: str, env_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, WRONG[name])
    with pytest.raises(SettingsError, match=rf"{name}: .*; allowed: ."):
        load_settings(env_file)


@pytest.mark.parametrize("name", ["DATABASE_URL", "TELEGRAM_TOKEN"])
def test_a_confidential_value_is_never_shown(name: str, env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, WRONG[name])
    with pytest.raises(SettingsError) as caught:
        load_settings(env_file)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_settings_can_be_logged_without_telling_secrets(env_file: Path) -> None:
    env_file.write_text("DATABASE_URL=postgresql://u:secret@h/d\nTELEGRAM_TOKEN=1:secret\nOPENAI_API_KEY=secret\n")
    assert "secret" not in repr(load_settings(env_file))


def test_all_mistakes_are_told_at_once(env_file: Path) -> None:
    env_file.write_text("PORT=no\nLOCALE=fr\n")
    with pytest.raises(SettingsError, match=r"PORT.*LOCALE"):
        load_settings(env_file)


def test_a_misspelt_variable_in_the_file_is_refused(env_file: Path) -> None:
    env_file.write_text("TELEGRAM_TOKN=1:a\n")
    with pytest.raises(SettingsError, match=r"TELEGRAM_TOKN in \.env .* allowed: DATABASE_URL"):
        load_settings(env_file)


def test_a_file_that_is_no_text_is_refused(env_file: Path) -> None:
    env_file.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(env_file)
