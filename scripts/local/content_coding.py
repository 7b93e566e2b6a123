"""Codings of request bodies that API Gateway decodes for an API with MinimumCompressionSize.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
"""

import zlib

WINDOW_BITS = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class TooLarge(Exception):
    """The decoded body is larger than allowed."""


def decode(coding: str, body: bytes, maximum: int) -> bytes:
    """Decode a body of at most so many bytes. Raises TooLarge, and ValueError for a body in another coding."""
    decoder = zlib.decompressobj(WINDOW_BITS[coding])
    try:
        decoded = decoder.decompress(body, maximum + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(decoded) > maximum:
        raise TooLarge
    if not decoder.eof or decoder.unused_data:
        raise ValueError("the body ends too early or too late")
    return decoded
