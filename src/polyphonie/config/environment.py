"""What the machine tells the product: every setting is ``POLYPHONIE_…`` in the environment."""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """The settings of one installation. Each has a default with which the product runs."""

    model_config = SettingsConfigDict(env_prefix="POLYPHONIE_", extra="ignore")

    data_dir: Path = Path(".data")
    database_url: str = ""
    test_database: str = ""
    bus_url: str = ""
    secret_key: str = ""
    allowed_hosts: list[str] = ["localhost", "127.0.0.1", "[::1]"]
    origin: str = "http://localhost:8000"
    debug: bool = False
    demo: bool = False
    mail_url: str = ""
    mail_from: str = "polyphonie@localhost"
    early_access_days: int = 21
    delay_limit_minutes: int = 10_080
    question_limit: int = 2_000
    question_burst: int = 5
    question_window_seconds: int = 120
    upload_limit: int = 50_000_000
    schedule_limit: int = 20_000_000

    @cached_property
    def key(self) -> str:
        """The signing key: given, or made once and kept in the data folder, readable by its owner."""
        if self.secret_key:
            return self.secret_key
        kept = self.data_dir / "secret-key"
        if not kept.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(50))
        return kept.read_text().strip()

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{(self.data_dir / 'polyphonie.sqlite3').absolute()}"


environment = Environment()
