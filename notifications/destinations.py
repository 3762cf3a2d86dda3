"""Where may a webhook go?

Partners choose the URL, and our server makes the call from inside our network: without this page a
partner could have us post to our own database host. So the rule is said here once: a webhook goes
over https to a public address, unless the operator has listed the destination (`OHSC_WEBHOOK_ALLOW`).

The list holds names, addresses and networks. A host listed by name or by address may also use plain
http and any port; a listed network opens its addresses, nothing more.
"""

import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from re import compile as pattern

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Sequence[str]]

LONGEST_URL = 2_000
OPEN_PORTS = frozenset({443, 8443})
DEFAULT_PORTS = {"https": 443, "http": 80}

# Typed by hand, since `ipaddress.is_global` differs between patch releases of Python.
CLOSED_IPV4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this network, unspecified
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carriers' shared space, and one cloud's metadata
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # a cloud's host agent on an address that looks public
            "169.254.0.0/16",  # link-local, and the metadata of most clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments, and one cloud's metadata
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112, answers to private reverse look-ups
            "192.52.193.0/24",  # multicast tunnelling
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarking
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
        ),
    )
)
# Outside the unicast space lie loopback, link-local, private, multicast, and every form that wraps an
# IPv4 address (::ffff:0:0/96, ::/96, 64:ff9b::/96, 64:ff9b:1::/48), so none of them needs a line.
OPEN_IPV6 = IPv6Network("2000::/3")
CLOSED_IPV6 = tuple(
    map(
        ip_network,
        (
            "2001::/23",  # protocol assignments, with Teredo and benchmarking
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, wraps an IPv4 address
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)

NAME = pattern(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
NUMBER = pattern(r"[0-9]+|0x[0-9a-f]*")
PLAIN = pattern(r"[!-~]+")

NO_ADDRESS = "No public address was found for the host."


class NoPublicAddress(Exception):
    """The host has no address a webhook may go to.

    One error for a name that does not exist and for one that leads inside, so that registering
    endpoints does not tell anyone which names our network knows.
    """


@dataclass(frozen=True)
class AllowList:
    """What the operator has opened beyond public https."""

    hosts: frozenset[str]
    networks: tuple[IPv4Network | IPv6Network, ...]

    def has_host(self, host: str) -> bool:
        """Is this very host, a name or a written address, on the list?"""
        return host in self.hosts

    def has_address(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


@dataclass(frozen=True)
class Destination:
    """A URL taken apart once, by the same parser for the check and for the call."""

    scheme: str
    host: str
    port: int
    target: str


def parse_allow(entries: Sequence[str]) -> AllowList:
    """The allow-list in use, or ValueError naming the entry that is neither name, address nor network."""
    return _parse_allow(tuple(entries))


@lru_cache(maxsize=16)
def _parse_allow(entries: tuple[str, ...]) -> AllowList:
    hosts: set[str] = set()
    networks: list[IPv4Network | IPv6Network] = []
    for entry in filter(None, (entry.strip().lower() for entry in entries)):
        host = entry.rstrip(".")
        if "/" in entry or ":" in entry or _is_number(host):
            network = ip_network(entry)
            networks.append(network)
            if network.num_addresses == 1:
                hosts.add(str(network.network_address))
        elif NAME.fullmatch(host):
            hosts.add(host)
        else:
            raise ValueError(f"{entry!r} is not a host name, an address or a network.")
    return AllowList(frozenset(hosts), tuple(networks))


def check_url(url: str, allow: Sequence[str] = ()) -> str:
    """Why this URL cannot be a webhook's, in a sentence for the person registering it; "" if it can.

    The name is not looked up: it may be registered before it exists, and is judged at every sending.
    """
    if not url:
        return "Give the URL."
    if len(url) > LONGEST_URL:
        return f"The URL is longer than {LONGEST_URL:,} characters."
    if not PLAIN.fullmatch(url) or "\\" in url:
        return (
            "The URL may hold only plain ASCII characters, without spaces or backslashes: "
            "write a name in its xn-- form and other characters as %-codes."
        )
    try:
        parts = parse_url(url)
    except LocationParseError:
        return "This is not a URL that can be read."
    return _why_not(parts, parse_allow(allow))


def _why_not(parts: Url, allow: AllowList) -> str:
    if parts.scheme not in DEFAULT_PORTS or not parts.host:
        return "The URL must start with https:// and a host."
    if parts.auth is not None:
        return "The URL may not hold a user name or password: a delivery is known by its signature."
    if parts.fragment is not None:
        return "The URL may not have a fragment (#): it is never sent."
    host = _host_of(parts)
    if problem := _why_not_host(host, allow):
        return problem
    if allow.has_host(host):
        return "" if parts.port != 0 else "Port 0 cannot be called."
    if parts.scheme != "https":
        return "The URL must start with https://."
    if parts.port is not None and parts.port not in OPEN_PORTS:
        return "The port must be 443 or 8443."
    return ""


def _why_not_host(host: str, allow: AllowList) -> str:
    address = _address_in(host)
    if address is not None:
        is_open = is_public(address) or allow.has_address(address)
        return "" if is_open else "The host must be a public address."
    if len(host) > 253 or not NAME.fullmatch(host):
        return "The host is not a name or an address."
    # Resolvers read 127.1, 0x7f000001 and 2130706433 as addresses; nobody means them.
    if _is_number(host):
        return "Write the address as four plain numbers, or give a name."
    if "." not in host and not allow.has_host(host):
        return "The host must be a full name, such as hooks.agency.example."
    return ""


def destination(url: str) -> Destination:
    """The parts of a URL that `check_url` has passed."""
    parts = parse_url(url)
    scheme = parts.scheme or "https"
    return Destination(scheme, _host_of(parts), parts.port or DEFAULT_PORTS[scheme], parts.request_uri)


def addresses_for(
    host: str, port: int, allow: Sequence[str], resolver: Resolver | None = None
) -> list[Address]:
    """The addresses this host may be called at, from one look-up, or NoPublicAddress.

    A listed host may lead anywhere. Otherwise only listed addresses are used, and if there are none,
    every address must be public: a name that answers with one public and one private address is
    refused whole, because no honest name does.
    """
    allowed = parse_allow(allow)
    found = _look_up(host, port, resolver or system_resolver)
    if not allowed.has_host(host):
        listed = [address for address in found if allowed.has_address(address)]
        if not listed and not all(map(is_public, found)):
            raise NoPublicAddress(NO_ADDRESS)
        found = listed or found
    if not found:
        raise NoPublicAddress(NO_ADDRESS)
    return found


def _look_up(host: str, port: int, resolver: Resolver) -> list[Address]:
    if (literal := _address_in(host)) is not None:
        return [literal]
    try:
        return [ip_address(text) for text in dict.fromkeys(resolver(host, port))]
    except (OSError, ValueError) as error:
        raise NoPublicAddress(NO_ADDRESS) from error


def system_resolver(host: str, port: int) -> list[str]:
    """The addresses the machine's own resolver gives, in the order it prefers them."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: Address) -> bool:
    """Can anyone on the internet reach this address, and does it stand for itself alone?"""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in CLOSED_IPV4)
    return address in OPEN_IPV6 and not any(address in network for network in CLOSED_IPV6)


def _host_of(parts: Url) -> str:
    host = (parts.host or "").lower().strip("[]").rstrip(".")
    return str(_address_in(host) or host)


def _address_in(host: str) -> Address | None:
    with suppress(ValueError):
        if "%" not in host:  # an interface of this machine is nobody's destination
            return ip_address(host)
    return None


def _is_number(host: str) -> bool:
    return NUMBER.fullmatch(host.rpartition(".")[2]) is not None
