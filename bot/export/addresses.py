"""Which addresses a document may make a link of. Pure."""

from urllib.parse import urlsplit


def followable(url: str) -> bool:
    """Whether *url* is a plain http or https address; a browser drops tabs and line breaks before it reads a scheme."""
    if not url.isprintable() or any(character in url for character in " \\"):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
