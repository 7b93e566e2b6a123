"""A DynamoDB that answers from memory, over HTTP or without: with what the files in events/ refer to."""
