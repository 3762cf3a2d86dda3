"""Which URLs a partner may register, and which addresses a name may lead to. Tables typed by hand."""

from ipaddress import ip_address
from re import escape

import pytest

from notifications.destinations import (
    NoPublicAddress,
    addresses_for,
    check_url,
    destination,
    is_public,
    parse_allow,
)

CLOSED = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255
    127.0.0.1 127.0.0.53 127.255.255.255 168.63.129.16 169.254.0.1 169.254.169.254 169.254.170.2
    172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.255
    198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::2 ::127.0.0.1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8
    ::ffff:0:10.0.0.1 64:ff9b::10.0.0.1 64:ff9b::8.8.8.8 64:ff9b:1::1 100::1 100:0:0:1::1
    2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:db8::1
    2002:7f00:1:: 2002:a00:1::1 2002:808:808::1 3fff::1 4000::1 5f00::1
    fc00::1 fd00:ec2::254 fdff::1 fe80::1 fe80::1%1 febf::1 fec0::1 ff00::1 ff02::1 ff0e::1
"""
OPEN = """
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1
    168.63.129.15 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.167.255.255 192.169.0.0
    198.17.255.255 198.20.0.0 223.255.255.255
    2000::1 2001:200::1 2001:4860:4860::8888 2003::1 2606:4700::1111 2a00:1450::1 3ffe::1
"""


def resolving_to(*addresses):
    return lambda host, port: addresses


@pytest.mark.parametrize("text", CLOSED.split())
def test_addresses_inside_or_wrapped_are_refused(text):
    assert not is_public(ip_address(text))
    with pytest.raises(NoPublicAddress) as refused:
        addresses_for("hooks.agency.example", 443, [], resolving_to(text))
    assert text not in str(refused.value)


@pytest.mark.parametrize("text", OPEN.split())
def test_public_addresses_are_taken_up_to_the_edge_of_the_closed_ranges(text):
    assert is_public(ip_address(text))
    assert addresses_for("hooks.agency.example", 443, [], resolving_to(text)) == [ip_address(text)]


@pytest.mark.parametrize("text", CLOSED.split())
def test_no_written_address_inside_can_be_registered(text):
    host = f"[{text.replace('%', '%25')}]" if ":" in text else text
    assert check_url(f"https://{host}/hook") != ""


@pytest.mark.parametrize("mixed", [("8.8.8.8", "10.0.0.1"), ("::1", "2a00:1450::1")])
def test_a_name_with_one_private_answer_is_refused_whole(mixed):
    with pytest.raises(NoPublicAddress):
        addresses_for("hooks.agency.example", 443, [], resolving_to(*mixed))


def test_an_unknown_name_and_a_private_one_are_refused_alike():
    def unknown(host, port):
        raise OSError("not known")

    messages = set()
    for resolver in (unknown, resolving_to(), resolving_to("10.0.0.1"), resolving_to("not an address")):
        with pytest.raises(NoPublicAddress) as refused:
            addresses_for("hooks.agency.example", 443, [], resolver)
        messages.add(str(refused.value))
    assert len(messages) == 1


@pytest.mark.parametrize(
    ("host", "allow", "found", "used"),
    [
        ("hooks.agency.example", ["10.1.0.0/16"], ["10.1.2.3"], ["10.1.2.3"]),
        ("hooks.agency.example", ["10.1.0.0/16"], ["10.2.2.3"], None),
        ("hooks.agency.example", ["10.1.2.3"], ["10.1.2.3"], ["10.1.2.3"]),
        ("hooks.agency.example", ["fd00::/8"], ["fd00::5"], ["fd00::5"]),
        ("hooks.agency.example", ["127.0.0.0/8"], ["::1", "127.0.0.1"], ["127.0.0.1"]),
        ("hooks.agency.example", ["127.0.0.0/8"], ["::ffff:127.0.0.1"], None),
        ("hooks.agency.example", ["hooks.agency.example"], ["10.1.2.3"], ["10.1.2.3"]),
        ("hooks.agency.example", ["Hooks.Agency.Example."], ["10.1.2.3"], ["10.1.2.3"]),
        ("hooks.agency.example", ["agency.example"], ["10.1.2.3"], None),
        ("xhooks.agency.example", ["hooks.agency.example"], ["10.1.2.3"], None),
        ("127.0.0.1", ["127.0.0.1"], [], ["127.0.0.1"]),
        ("127.0.0.2", ["127.0.0.1"], [], None),
    ],
)
def test_the_operators_list_opens_what_it_names_and_nothing_beside(host, allow, found, used):
    if used is None:
        with pytest.raises(NoPublicAddress):
            addresses_for(host, 443, allow, resolving_to(*found))
    else:
        assert [str(a) for a in addresses_for(host, 443, allow, resolving_to(*found))] == used


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.agency.example",
        "https://hooks.agency.example/",
        "https://hooks.agency.example:443/a/b?c=d",
        "https://hooks.agency.example:8443/a",
        "HTTPS://HOOKS.Agency.example./a",
        "https://xn--hks-0qaa.agency.example/a%20b",
        "https://8.8.8.8/a",
        "https://[2606:4700::1111]/a",
        "https://hooks.agency.example/" + "a" * 1971,
    ],
)
def test_urls_that_may_be_registered(url):
    assert check_url(url) == ""


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "Give the URL"),
        ("hooks.agency.example/a", "https://"),
        ("/a", "https://"),
        ("https://", "host"),
        ("https:///a", "host"),
        ("http://hooks.agency.example/a", "https://"),
        ("ftp://hooks.agency.example/a", "https://"),
        ("file:///etc/hosts", "https://"),
        ("gopher://hooks.agency.example/a", "https://"),
        ("https://ann@hooks.agency.example/a", "password"),
        ("https://ann:secret@hooks.agency.example/a", "password"),
        ("https://hooks.agency.example:443@10.0.0.1/a", "password"),
        ("https://hooks.agency.example/a#part", "fragment"),
        ("https://hooks.agency.example/a#", "fragment"),
        ("https://hooks.agency.example:22/a", "port"),
        ("https://hooks.agency.example:0/a", "port"),
        ("https://hooks.agency.example:65536/a", "read"),
        ("https://hooks.agency.example:x/a", "read"),
        ("https://hooks.agency.example/" + "a" * 1972, "longer than 2,000"),
        ("https://hooks.agency.example/a b", "spaces"),
        ("https://hooks.agency.example/a\r\nx: y", "spaces"),
        (" https://hooks.agency.example/a", "spaces"),
        ("https://hooks.agency.example\\@10.0.0.1/", "backslashes"),
        ("https://h\u043eoks.agency.example/", "xn--"),
        ("https://localhost/a", "full name"),
        ("https://intranet/a", "full name"),
        ("https://127.1/a", "four plain numbers"),
        ("https://2130706433/a", "four plain numbers"),
        ("https://0x7f000001/a", "four plain numbers"),
        ("https://0x7f.0.0.1/a", "four plain numbers"),
        ("https://017700000001/a", "four plain numbers"),
        ("https://127.0.0.01/a", "four plain numbers"),
        ("https://169.254.169.254/latest", "public address"),
        ("https://[::ffff:127.0.0.1]/a", "public address"),
        ("https://[2606:4700::1111%251]/a", "not a name"),
        ("https://-x.agency.example/a", "not a name"),
        ("https://a..example/a", "not a name"),
        ("https://" + "a" * 64 + ".example/a", "not a name"),
    ],
)
def test_urls_that_may_not_be_registered_and_the_sentence_that_says_why(url, says):
    assert says in check_url(url)


@pytest.mark.parametrize(
    ("url", "allow", "is_open"),
    [
        ("http://127.0.0.1:9000/a", ["127.0.0.1"], True),
        ("http://127.0.0.1:9000/a", ["127.0.0.1/32"], True),
        ("http://127.0.0.1:0/a", ["127.0.0.1"], False),
        ("http://[0:0:0:0:0:0:0:1]:9000/a", ["::1"], True),
        ("http://localhost:9000/a", ["localhost"], True),
        ("http://localhost:9000/a", ["127.0.0.1"], False),
        ("http://hooks.agency.internal/a", ["hooks.agency.internal"], True),
        ("http://hooks.agency.internal/a", ["other.agency.internal"], False),
        ("https://10.0.0.7/a", ["10.0.0.0/8"], True),
        ("http://10.0.0.7/a", ["10.0.0.0/8"], False),
        ("https://10.0.0.7:9000/a", ["10.0.0.0/8"], False),
        ("ftp://localhost/a", ["localhost"], False),
        ("http://ann@localhost/a", ["localhost"], False),
    ],
)
def test_a_listed_host_may_use_http_and_any_port_and_a_listed_network_may_not(url, allow, is_open):
    assert (check_url(url, allow) == "") is is_open


@pytest.mark.parametrize(
    "entry", ["10.0.0.1/8", "10.0.0.0/99", "127.0.0.1:9000", "[::1]", "a b", "http://x", "*"]
)
def test_an_entry_of_the_list_that_means_nothing_is_named(entry):
    with pytest.raises(ValueError, match=escape(entry)):
        parse_allow([entry])


def test_empty_entries_of_the_list_open_nothing():
    assert parse_allow(["", "  "]) == parse_allow([])


def test_check_and_call_read_a_url_the_same_way():
    goal = destination("https://Hooks.Agency.Example.:8443/a/../b?c=d")
    assert (goal.scheme, goal.host, goal.port, goal.target) == (
        "https",
        "hooks.agency.example",
        8443,
        "/b?c=d",
    )
    assert destination("https://hooks.agency.example").port == 443
    assert destination("http://127.0.0.1").port == 80
