"""What the documents are made of: the OpenAPI document, tables, events."""
