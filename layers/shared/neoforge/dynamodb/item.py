"""The table's item."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from neoforge.dynamodb import migrations
from neoforge.settings import settings


class Item(Model):
    """Any item of the table. A resource is one JSON document beside its keys and version (docs/adr/0002)."""

    class Meta:
        table_name = settings.table_name
        connect_timeout_seconds = 1
        read_timeout_seconds = 2
        max_retry_attempts = 1

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    document = UnicodeAttribute(null=True)
    schema_version = NumberAttribute(null=True)  # of the document, if not 1
    version = NumberAttribute(null=True)  # of a resource: raised by each change, the base of its ETag
    total = NumberAttribute(null=True)  # of a collection: how many items it has
    revision = NumberAttribute(null=True)  # of a collection: raised by each change in it
    expires_at = NumberAttribute(null=True)  # TTL, seconds since the epoch; deletion lags, so readers look too

    @classmethod
    def of(cls, pk: str, sk: str, document: str, version: int, expires_at: int | None = None) -> "Item":
        """Create an item of a document in today's schema version."""
        item = cls(pk, sk, document=document, version=version, expires_at=expires_at)
        if (schema_version := migrations.schema_version(sk)) > 1:
            item.schema_version = schema_version
        return item

    @property
    def text(self) -> str:
        """The document in today's schema version; empty if there is none."""
        return migrations.upgrade(self.sk, self.document, int(self.schema_version or 1)) if self.document else ""
