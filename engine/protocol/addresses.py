"""Addresses of servers, as the web side and the workers are given them."""

from urllib.parse import quote, urlsplit, urlunsplit


def with_password(url: str, password: str) -> str:
    """The same address with this password; one that has a password already keeps it."""
    parts = urlsplit(url)
    if parts.password is not None or not parts.hostname:
        return url
    user, separator, host = parts.netloc.rpartition("@")
    name = user if separator else ""
    netloc = f"{name.rstrip(':')}:{quote(password, safe='')}@{host}"
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, parts.fragment))
