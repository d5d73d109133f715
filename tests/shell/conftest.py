"""What tests of the outside share: one PostgreSQL server for a whole run."""

from postgres_server import postgres, postgres_url

__all__ = ["postgres", "postgres_url"]
