"""Outgoing webhooks: who signed a message, when it is tried again, and which addresses may be called.

Signature: HMAC-SHA256 (RFC 2104) over ``<timestamp>.<body>``, so that neither the message nor its time can be changed
or sent again later. Pauses: exponential backoff with a longest pause.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from urllib.parse import urlsplit

FIRST_PAUSE = 30
LONGEST_PAUSE = 3600


def sign(secret: str, timestamp: str, body: str) -> str:
    """Value of the signature header.

    >>> sign("s3cret", "1700000000", '{"id": 1}')
    'sha256=170a2da053510c8b3914fc42be88a6805f1bd362a86db96008ca37ea74735599'
    """
    message = f"{timestamp}.{body}".encode()
    return "sha256=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def pause(tries: int) -> int:
    """Seconds to wait after the ``tries``-th failure.

    >>> [pause(tries) for tries in (1, 2, 3, 8, 50)]
    [30, 60, 120, 3600, 3600]
    """
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(tries - 1, 20))


def is_plain_url(url: str) -> bool:
    """Whether it is an address by http or https with a host, and without a user in it.

    >>> is_plain_url("https://warehouse.example.com:8443/calls?x=1"), is_plain_url("http://10.0.0.7/calls")
    (True, True)
    >>> [is_plain_url(u) for u in ("file:///etc/passwd", "ftp://a/b", "https://", "http://me:pw@a/", "a", "http://[::")]
    [False, False, False, False, False, False]
    """
    try:
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username and not parts.password
    return plain and port_is_fine and url.isprintable() and " " not in url


def is_forbidden(address: str) -> bool:
    """Whether no receiver can be at this IP address: link-local (metadata services of clouds), multicast, no host.

    Private networks and the machine itself are allowed: that is where warehouse systems run.

    >>> [is_forbidden(a) for a in ("169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1", "::ffff:169.254.169.254")]
    [True, True, True, True, True]
    >>> [is_forbidden(a) for a in ("127.0.0.1", "10.0.0.7", "93.184.216.34", "2001:db8::1")]
    [False, False, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return ip.is_link_local or ip.is_multicast or ip.is_unspecified
