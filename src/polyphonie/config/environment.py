"""What the machine tells the product: every setting is ``POLYPHONIE_…`` in the environment."""

from __future__ import annotations

import secrets
from functools import cached_property
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(BaseSettings):
    """The settings of one installation. Each has a default with which the product runs."""

    model_config = SettingsConfigDict(env_prefix="POLYPHONIE_", extra="ignore", use_attribute_docstrings=True)

    data_dir: Path = Path(".data")
    """Folder of the database, files, mail and the signing key."""
    database_url: str = ""
    """Address of a PostgreSQL database; empty: SQLite in the data folder."""
    test_database: str = ""
    """Name of the database that tests make."""
    bus_url: str = ""
    """Address of a Redis or Valkey where several web processes meet; empty: one process."""
    secret_key: str = ""
    """Signing key; empty: made once and kept in the data folder."""
    allowed_hosts: list[str] = ["localhost", "127.0.0.1", "[::1]"]
    """Host names under which pages are served."""
    origin: str = "http://localhost:8000"
    """Scheme, host and port that people see in the address bar."""
    debug: bool = False
    """Show errors with their cause; never on a public machine."""
    demo: bool = False
    """Run the demonstration: one-click identities and a clock that can be moved."""
    mail_url: str = ""
    """Server through which mail leaves; empty: mail is written to the data folder."""
    mail_from: str = "polyphonie@localhost"
    """Address from which mail is sent."""
    early_access_days: int = 21
    """Days before the public opening at which early access opens."""
    grace_days: int = 60
    """Days after a commitment's due date during which an agreement's benefits stay open; a new agreement begins with it."""
    base_tier_opens: str = "on_acceptance"
    """When the base tier of a new agreement opens: on_acceptance of the commitments, or on_evidence that they are kept."""
    delay_limit_minutes: int = 10_080
    """Longest delay of a site, in minutes."""
    question_limit: int = 2_000
    """Longest question or message, in characters."""
    question_burst: int = 5
    """Messages that one person may post within the window."""
    question_window_seconds: int = 120
    """Length of that window, in seconds."""
    upload_limit: int = 50_000_000
    """Largest file that may be uploaded, in bytes."""
    schedule_limit: int = 20_000_000
    """Largest programme file that is read, in bytes."""
    pupil_file_limit: int = 200_000_000
    """Largest file of pupils that is received, in bytes."""
    cell_minimum_pupils: int = 30
    """Fewest pupils behind a cell of a table; below, the cell says why it has no value."""
    cell_minimum_schools: int = 5
    """Fewest schools behind a cell of a table."""
    compute_memory: int = 4_000_000_000
    """Most memory that one computation may take, in bytes."""
    compute_seconds: int = 900
    """Longest time that one computation may take, in seconds."""
    compute_threads: int = 2
    """Threads of one computation."""

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
