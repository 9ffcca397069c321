"""What is drawn on the sheets of a PDF."""

import re
import zlib


def text_of(pdf: bytes) -> str:
    """The texts in their order (the letters are those of windows-1252)."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    drawn = b""
    for stream in streams:
        try:
            # Its last byte may look like the line end before "endstream": what is before it is whole all the same.
            drawn += zlib.decompressobj().decompress(stream)
        except zlib.error:
            drawn += stream
    parts = re.findall(rb"\(((?:\\.|[^\\)])*)\)\s*Tj", drawn)
    return " ".join(re.sub(rb"\\(.)", rb"\1", part).decode("windows-1252") for part in parts)
