"""The table's item, and PynamoDB's connection to the table."""

from typing import Any

from botocore.config import Config
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.connection import TableConnection
from pynamodb.models import Model

from neoforge.dynamodb import migrations
from neoforge.settings import settings


class Item(Model):
    """Any item of the table. A resource is one JSON document beside its keys and version (docs/adr/0002)."""

    class Meta:
        table_name: str  # known with the first connection
        connect_timeout_seconds = 1
        read_timeout_seconds = 2
        max_retry_attempts = 1

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    document = UnicodeAttribute(null=True)
    schema_version = NumberAttribute(null=True)  # of the document; absent for 1
    version = NumberAttribute(null=True)  # of a resource: incremented by each change, the base of its ETag
    total = NumberAttribute(null=True)  # of a collection: the number of its items
    revision = NumberAttribute(null=True)  # of a collection: incremented by each change in it
    expires_at = NumberAttribute(null=True)  # TTL, seconds since the epoch; deletion lags, so readers check it too

    @classmethod
    def of(cls, pk: str, sk: str, document: str, version: int, expires_at: int | None = None) -> "Item":
        """Create an item with a document of the current schema version."""
        item = cls(pk, sk, document=document, version=version, expires_at=expires_at)
        if (schema_version := migrations.schema_version(sk)) > 1:
            item.schema_version = schema_version
        return item

    @property
    def text(self) -> str:
        """The document, upgraded to the current schema version; empty if there is none."""
        return migrations.upgrade(self.sk, self.document, int(self.schema_version or 1)) if self.document else ""

    @classmethod
    def client(cls) -> Any:
        """Return the botocore client of PynamoDB's connection."""
        return cls._get_connection().connection.client

    @classmethod
    def _get_connection(cls) -> TableConnection:
        """Connect on first use.

        The User-Agent is computed once: botocore computes it twice per call otherwise, a sixth of what a call costs.
        """
        if cls._connection is None:
            cls.Meta.table_name = settings.table_name
            session = super()._get_connection().connection.session
            session.set_default_client_config(Config(user_agent=session.user_agent()))
        return super()._get_connection()
