"""One spelling for every selector: hand-typed pairs, then anything a machine can think of."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.selector_numbers import luhn_holds
from cases.selectors import KINDS, LIMIT, Normal, SelectorRefused, doubt, normalise

V3 = "nigqxe62uhi3mvguaovwhgymnbwpbrrxhewzwt65lczwyjiobgyms3id"  # made from an invented key; the checksum holds

SAME = [
    # kind, as sent, normal form
    ("account", "@River_Heron", "river_heron"),
    ("account", "  @@ River_Heron \n", "river_heron"),
    ("account", "Ｒｉｖｅｒ", "river"),
    ("account", "ri\u200bver\u202e", "river"),
    ("account", "Straße", "strasse"),
    ("account", "name@server.example", "name@server.example"),
    ("account", "1234567890", "1234567890"),
    ("url", "HTTP://Example.ORG", "http://example.org/"),
    ("url", "http://example.org:80/a?b=1#part", "http://example.org/a?b=1"),
    ("url", "https://example.org:443/", "https://example.org/"),
    ("url", "https://example.org:8443/", "https://example.org:8443/"),
    ("url", "hxxps://example[.]org/Path", "https://example.org/Path"),
    ("url", "hXXp[:]//www(.)example[dot]org/", "http://www.example.org/"),
    ("url", "example.org/page", "https://example.org/page"),
    ("url", "example.org:8080/page", "https://example.org:8080/page"),
    ("url", "//example.org/page", "https://example.org/page"),
    ("url", "https://user:secret@example.org/", "https://example.org/"),
    ("url", "https://example.org/%7euser/%c3%a9", "https://example.org/~user/%C3%A9"),
    ("url", "https://example.org/é", "https://example.org/%C3%A9"),
    ("url", "https://example.org/a/./b/../c", "https://example.org/a/c"),
    ("url", "https://example.org/a/%2e%2e/b", "https://example.org/b"),
    ("url", "https://example.org/%%34%31", "https://example.org/%2541"),
    ("url", "https://example.org/two words", "https://example.org/two%20words"),
    ("url", "https://bücher.example./", "https://xn--bcher-kva.example/"),
    ("url", "http://192.0.2.1:8000/x", "http://192.0.2.1:8000/x"),
    ("url", "http://[2001:DB8::0:1]/", "http://[2001:db8::1]/"),
    ("url", "http://[::ffff:192.0.2.1]/", "http://192.0.2.1/"),
    ("url", f"http://{V3.upper()}.onion/x", f"http://{V3}.onion/x"),
    ("domain", "Example.ORG.", "example.org"),
    ("domain", "example[.]org", "example.org"),
    ("domain", "bücher.example", "xn--bcher-kva.example"),
    ("domain", "XN--BCHER-KVA.example", "xn--bcher-kva.example"),
    ("domain", "例え。テスト", "xn--r8jz45g.xn--zckzah"),
    ("domain", "r3---sn-x.cdn_1.example", "r3---sn-x.cdn_1.example"),
    ("domain", "☃.example", "xn--n3h.example"),
    ("domain", "نامه\u200cای.example", "xn--mgba3gch31f060k.example"),
    ("onion_service", V3, f"{V3}.onion"),
    ("onion_service", f"http://www.{V3.upper()}.onion/", f"{V3}.onion"),
    ("onion_service", f"{V3}[.]onion", f"{V3}.onion"),
    ("onion_service", "RiverHeronNest23.onion", "riverheronnest23.onion"),
    ("email", "Heron@Example.ORG", "heron@example.org"),
    ("email", "heron+post@example.org", "heron+post@example.org"),
    ("email", "heron[at]example[dot]org", "heron@example.org"),
    ("email", "mailto:heron@bücher.example", "heron@xn--bcher-kva.example"),
    ("email", "<heron@example.org>", "heron@example.org"),
    ("phone", "+44 20 7946 0000", "+442079460000"),
    ("phone", "0044 (0)20 7946-0000", "+442079460000"),
    ("phone", "tel:+44-20-7946-0000", "+442079460000"),
    ("phone", "+٤٤٢٠٧٩٤٦٠٠٠٠", "+442079460000"),
    ("phone", "020 7946 0000", "02079460000"),
    ("phone", "555-0123", "5550123"),
    ("ip", " 192.0.2.1 ", "192.0.2.1"),
    ("ip", "192[.]0[.]2[.]1", "192.0.2.1"),
    ("ip", "2001:0DB8:0:0:0:0:0:1", "2001:db8::1"),
    ("ip", "[2001:db8::1]", "2001:db8::1"),
    ("ip", "::ffff:192.0.2.1", "192.0.2.1"),
    ("hash", "D41D8CD98F00B204E9800998ECF8427E", "d41d8cd98f00b204e9800998ecf8427e"),
    ("hash", "md5:d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e"),
    ("hash", "SHA-1: da39a3ee5e6b4b0d3255bfef95601890afd80709", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("hash", "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("hash", "2jmj7l5rSw0yVb_vlWAYkK_YBwk", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("hash", "a" * 64, "a" * 64),
    ("hash", "B" * 128, "b" * 128),
    ("hash", "PDQ:" + "F" * 64, "pdq:" + "f" * 64),
    ("wallet", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
    ("wallet", "bitcoin:1RiverHeronNestInventedAddress1234?amount=1", "1RiverHeronNestInventedAddress1234"),
    ("wallet", "0xAbCd" + "0" * 36, "0xabcd" + "0" * 36),
    ("device", "49-015420-323751-8", "490154203237518"),
    ("device", "01:2b:3c:4d:5e:6f", "01:2B:3C:4D:5E:6F"),
    ("device", "01-2B-3C-4D-5E-6F", "01:2B:3C:4D:5E:6F"),
    ("device", "a1b2-serial", "A1B2-SERIAL"),
    ("other", "  Locker\u00a0 12   B ", "Locker 12 B"),
]


@pytest.mark.parametrize(("kind", "sent", "normal"), SAME)
def test_what_is_sent_and_its_normal_form(kind, sent, normal):
    assert normalise(kind, sent) == Normal(kind, normal)
    assert normalise(kind, normal) == Normal(kind, normal)


def test_every_kind_of_the_contract_is_known_and_tried():
    contract = [
        "account",
        "url",
        "domain",
        "onion_service",
        "email",
        "phone",
        "ip",
        "hash",
        "wallet",
        "device",
        "other",
    ]
    assert list(KINDS) == contract
    assert {kind for kind, _, _ in SAME} == set(contract)


REFUSED = [
    # kind, as sent, a word of the sentence
    ("nickname", "x", "Use one of"),
    ("account", "", "empty"),
    ("account", " \u200b ", "empty"),
    ("account", "@", "Nothing identifying"),
    ("account", "a\x00b", "control"),
    ("account", "\ud800x", "control"),
    ("account", "https://social.example/heron", "kind url"),
    ("account", "x" * (LIMIT + 1), "2,000"),
    ("url", "mailto:heron@example.org", "http://"),
    ("url", "javascript:alert(1)", "http://"),
    ("url", "https://", "cannot be read"),
    ("url", "https://example.org:99999/", "65535"),
    ("url", "https://exa mple.org/", "host"),
    ("url", "https://example.org/" + "é" * 900, "Written out"),
    ("url", f"http://a{V3[1:]}.onion/", "checksum"),
    ("domain", "https://example.org/", "kind url"),
    ("domain", "example", "two parts"),
    ("domain", "192.0.2.1", "kind ip"),
    ("domain", f"{V3}.onion", "onion_service"),
    ("domain", "example..org", "not the name"),
    ("domain", "-.example.org", "not the name"),
    ("domain", "exam\u200cple.org", "not the name"),
    ("domain", "example.org:80", "not the name"),
    ("domain", "a." * 130 + "org", "253"),
    ("domain", "a" * 64 + ".org", "not the name"),
    ("onion_service", V3[:-1], "56"),
    ("onion_service", "a" + V3[1:], "checksum"),
    ("onion_service", f"{V3}.onion/page", "kind url"),
    ("email", "heron", "name@example.org"),
    ("email", "Heron <heron@example.org>", "name@example.org"),
    ("email", "heron@localhost", "two parts"),
    ("email", "a" * 65 + "@example.org", "name@example.org"),
    ("phone", "+44 20 7946 0000 ext 5", "extension"),
    ("phone", "+0 123 456 789", "country"),
    ("phone", "12", "country"),
    ("phone", "+1234567890123456", "country"),
    ("ip", "192.0.2.1:443", "field port"),
    ("ip", "[2001:db8::1]:443", "field port"),
    ("ip", "192.0.2.0/24", "range"),
    ("ip", "192.0.2.256", "not an IP"),
    ("ip", "192.000.002.001", "leading zeros"),
    ("ip", "fe80::1%eth0", "zone"),
    ("hash", "abc", "MD5"),
    ("hash", "d41d8cd98f00b204e9800998ecf8", "MD5"),
    ("hash", "g" * 32, "MD5"),
    ("hash", "pdq:" + "f" * 32, "64"),
    ("wallet", "two words", "one wallet"),
    ("wallet", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "checksum"),
    ("wallet", "bc1QW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "checksum"),
]


@pytest.mark.parametrize(("kind", "sent", "word"), REFUSED)
def test_a_refusal_says_what_to_send_instead(kind, sent, word):
    with pytest.raises(SelectorRefused, match="(?i)" + word) as refusal:
        normalise(kind, sent)
    assert str(refusal.value).endswith(".")


def test_the_platform_has_one_spelling_too():
    assert normalise("account", "@Heron", platform=" Lantern  CHAT\u200b ") == Normal(
        "account", "heron", "lantern chat"
    )


@pytest.mark.parametrize("name", ["x" * 121, "ﷺ" * 100])
def test_a_platform_with_too_long_a_name_is_refused(name):
    with pytest.raises(SelectorRefused, match="120"):
        normalise("account", "heron", platform=name)


def test_what_looks_mistyped_is_taken_and_said():
    assert "check digit" in doubt(normalise("device", "123456789012345"))
    assert doubt(normalise("device", "490154203237518")) == ""
    assert "version 2" in doubt(normalise("onion_service", "riverheronnest23"))
    assert doubt(normalise("onion_service", V3)) == ""
    assert "country" in doubt(normalise("phone", "020 7946 0000"))
    assert doubt(normalise("email", "heron@example.org")) == ""


def test_the_check_digit_is_the_one_of_the_standard():
    assert luhn_holds("490154203237518")
    assert luhn_holds("79927398713")
    assert not luhn_holds("490154203237519")


_WORDS = "http:// hxxp:// https: // @ : / ? # % %41 %2e .. . [.] (dot) [at] xn-- example org 00 + (0) 0x"
_MARKS = "bc1 pdq: ::ffff: É ﬁ İ ẞ ΐ ☃ ٣ [ ] .onion - _ ="
_UNSEEN = ["\u200d", "\u200c", "\u202e", "\u0345", "\u1160", "\u3164", " "]
PIECES = st.sampled_from([*_WORDS.split(), *_MARKS.split(), *_UNSEEN, V3])
TEXT = st.lists(PIECES | st.text(max_size=6), max_size=8).map("".join) | st.text(max_size=40)


@st.composite
def nearly(draw, kind):
    """Something of this kind, with a few pieces put into it."""
    text = draw(st.sampled_from([sent for kind_sent, sent, _ in SAME if kind_sent == kind]))
    for piece in draw(st.lists(PIECES | st.characters(), max_size=3)):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + piece + text[place:]
    return text


@pytest.mark.parametrize("kind", KINDS)
def test_a_normal_form_is_its_own_normal_form(kind):
    @settings(deadline=None, max_examples=250)
    @given(nearly(kind) | TEXT, st.text(max_size=20))
    def holds(sent, platform):
        try:
            once = normalise(kind, sent, platform=platform)
        except SelectorRefused:
            return
        assert normalise(once.kind, once.value, platform=once.platform) == once

    holds()


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(KINDS), st.text(max_size=60) | TEXT)
def test_nothing_but_a_refusal_ever_comes_out_of_bad_input(kind, sent):
    try:
        normal = normalise(kind, sent)
    except SelectorRefused as refusal:
        said = str(refusal)
    else:
        said = ""
        assert 0 < len(normal.value) <= LIMIT
    assert not said or said.endswith(".")
