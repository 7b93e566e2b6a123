"""Codings of request bodies that API Gateway decodes for an API with MinimumCompressionSize.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
"""

import zlib
from gzip import GzipFile
from io import BytesIO


class TooLarge(Exception):
    """The decoded body is larger than allowed."""


def decode(coding: str, body: bytes, maximum: int) -> bytes:
    """Decode a body of at most so many bytes. Raises TooLarge, and ValueError for a body in another coding."""
    try:
        decoded = CODINGS[coding](body, maximum + 1)
    except (zlib.error, OSError, EOFError) as error:
        raise ValueError(str(error)) from error
    if len(decoded) > maximum:
        raise TooLarge
    return decoded


def _gunzip(body: bytes, limit: int) -> bytes:
    return GzipFile(fileobj=BytesIO(body)).read(limit)  # of every member (RFC 1952, 2.2)


def _inflate(body: bytes, limit: int) -> bytes:
    decoder = zlib.decompressobj()
    decoded = decoder.decompress(body, limit)
    if len(decoded) < limit and (not decoder.eof or decoder.unused_data):
        raise EOFError("the body ends too early or too late")
    return decoded


CODINGS = {"gzip": _gunzip, "deflate": _inflate}
