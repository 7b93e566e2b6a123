"""Text of clients on a terminal: a line break forges lines, and an escape sequence does whatever the terminal can."""


def printable(text: str, keep: str = "") -> str:
    """Return a text with everything that is not drawn escaped, except the characters to keep."""
    return "".join(char if char.isprintable() or char in keep else ascii(char)[1:-1] for char in text)
