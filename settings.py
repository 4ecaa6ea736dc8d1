"""The only reader of the environment and of `.env`; `.env.example` documents every variable.

Only the wiring (`main.py`, `cli/`) imports this module: everybody else is handed what they need.
"""

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from domain.errors import DeskError

ROOT = Path(__file__).resolve().parent
ENV_FILE = ROOT / ".env"

DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
WEB_SCHEMES = ("http", "https")
TELEGRAM_TOKEN = re.compile(r"\d+:\S+")
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class SettingsError(DeskError):
    """Variables of the environment or of `.env` are wrong (`problems`: each names one, and what it may hold)."""

    code = "settings-invalid"

    def _english(self) -> str:
        return f"settings: {self.params['problems']}"


def _of_postgresql(value: str) -> str:
    """Refuse other databases here, not at the first query."""
    if urlsplit(value).scheme not in DATABASE_SCHEMES:
        raise ValueError("scheme")
    return value


def _of_the_web(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in WEB_SCHEMES or not parts.hostname:
        raise ValueError("scheme")
    return value.rstrip("/")


def _of_telegram(value: SecretStr) -> SecretStr:
    if not TELEGRAM_TOKEN.fullmatch(value.get_secret_value()):
        raise ValueError("form")
    return value


def _of_webhooks(value: SecretStr) -> SecretStr:
    if not WEBHOOK_SECRET.fullmatch(value.get_secret_value()):
        raise ValueError("form")
    return value


def _listed(value: object) -> object:
    return tuple(name.strip() for name in value.split(",") if name.strip()) if isinstance(value, str) else value


def _from_root(value: object) -> object:
    return ROOT / Path(value).expanduser() if isinstance(value, str | Path) else value


Name = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\S+$")]
WebUrl = Annotated[Name, AfterValidator(_of_the_web)]
ROLE_FIELD = "model_ai_"
MODEL_OF_ROLE = "empty (MODEL answers), or the name of a model"
WEB_URL = "empty, or http://HOST or https://HOST, with port and path as needed"


class Settings(BaseSettings):
    """What differs from one installation to another; an empty variable counts as absent.

    Each description says what the variable may hold: it is the error message of a wrong one.
    """

    model_config = SettingsConfigDict(
        env_file=ENV_FILE, env_ignore_empty=True, extra="forbid", frozen=True, validate_default=True
    )

    database_url: Annotated[Name, AfterValidator(_of_postgresql)] | None = Field(
        default=None, repr=False, description="empty, or postgresql://USER:PASSWORD@HOST:PORT/DATABASE"
    )
    data_dir: Annotated[Path, BeforeValidator(_from_root)] = Field(
        default=Path(".data"), description="a folder; a relative path starts at the checkout"
    )
    host: Name = Field(default="127.0.0.1", description="an address or a host name to listen on")
    port: int = Field(default=8765, ge=1, le=65535, description="a whole number from 1 to 65535")
    public_url: WebUrl | None = Field(default=None, description=WEB_URL)
    telegram_token: Annotated[SecretStr, AfterValidator(_of_telegram)] | None = Field(
        default=None, description="empty, or a bot's token: digits, a colon, letters"
    )
    telegram_webhook_url: WebUrl | None = Field(default=None, description=WEB_URL)
    telegram_webhook_secret: Annotated[SecretStr, AfterValidator(_of_webhooks)] | None = Field(
        repr=False, default=None, description="empty, or 1 to 256 of the characters A-Z, a-z, 0-9, _ and -"
    )
    telegram_api_url: WebUrl | None = Field(default=None, description=WEB_URL)
    openai_api_key: SecretStr | None = Field(default=None, description="empty, or a key")
    openai_base_url: WebUrl | None = Field(default=None, description=WEB_URL)
    model: Name | None = Field(default=None, description="empty, or the name of a model")
    model_ai_ceo: Name | None = Field(default=None, description=MODEL_OF_ROLE)
    model_ai_rop: Name | None = Field(default=None, description=MODEL_OF_ROLE)
    model_ai_rom: Name | None = Field(default=None, description=MODEL_OF_ROLE)
    model_ai_cro: Name | None = Field(default=None, description=MODEL_OF_ROLE)
    model_ai_traffic: Name | None = Field(default=None, description=MODEL_OF_ROLE)
    model_ai_cfo: Name | None = Field(default=None, description=MODEL_OF_ROLE)
    model_ai_quality: Name | None = Field(default=None, description=MODEL_OF_ROLE)
    model_ai_sre: Name | None = Field(default=None, description=MODEL_OF_ROLE)
    model_ai_grc: Name | None = Field(default=None, description=MODEL_OF_ROLE)
    model_fallbacks: Annotated[tuple[Name, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(), description="empty, or names of models with commas between them"
    )
    otel_exporter_otlp_endpoint: WebUrl | None = Field(default=None, description=WEB_URL)
    locale: Literal["ru", "en"] = Field(default="ru", description="ru or en")

    def models_by_role(self) -> dict[str, str]:
        """The models that roles have of their own, by the role's id, e.g. `ai-rop`."""
        fields = {name: getattr(self, name) for name in type(self).model_fields if name.startswith(ROLE_FIELD)}
        return {name.removeprefix("model_").replace("_", "-"): str(model) for name, model in fields.items() if model}


VARIABLES = tuple(name.upper() for name in Settings.model_fields)
CONFIDENTIAL = frozenset({"DATABASE_URL", "TELEGRAM_TOKEN", "TELEGRAM_WEBHOOK_SECRET", "OPENAI_API_KEY"})


def load_settings(env_file: Path = ENV_FILE) -> Settings:
    """Read the environment, then `.env`, which the environment overrules; raises SettingsError naming each mistake."""
    try:
        return Settings(_env_file=env_file)  # pyright: ignore[reportCallIssue] - a documented argument without a type
    except ValidationError as error:
        problems = "; ".join(_problem(detail["loc"], detail["input"]) for detail in error.errors())
        raise SettingsError(problems=problems) from None  # the cause repeats the values, secret ones included
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(problems=f"{env_file} cannot be read: {error}") from error


def _problem(location: tuple[int | str, ...], value: Any) -> str:
    name = str(location[0]).upper()
    if name not in VARIABLES:
        return f"{name} in .env is not a variable of this program; allowed: {', '.join(VARIABLES)}"
    shown = "" if name in CONFIDENTIAL else f" {str(value)!r}"
    return f"{name}: the value{shown} is not acceptable; allowed: {Settings.model_fields[name.lower()].description}"
