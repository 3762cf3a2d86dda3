"""What the demonstration sent: each reads what was addressed to them, in the demonstration only."""

import pytest
from django.core.mail import EmailMessage
from django.test import Client as Browser

from ohsc.demo import mail
from tests.demo import demonstration_urls  # read while this is no demonstration, as everywhere else

PAGE = "/demonstration/mail"


@pytest.fixture
def demonstration(settings, tmp_path):
    settings.DEMO = True
    settings.ROOT_URLCONF = demonstration_urls.__name__
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return tmp_path / "mail"


def send(person, subject: str, body: str = "Sign in to read it: https://ohsc.example/referrals/1\n") -> None:
    EmailMessage(subject=subject, body=body, to=[person.email]).send()


def test_each_reads_what_was_addressed_to_them(cast, demonstration):
    send(cast.ben, "OHSC: R-AAAA-BBBB")
    send(cast.bea, "OHSC: R-CCCC-DDDD")
    page = cast.browser(cast.ben).get(PAGE).content.decode()
    assert "R-AAAA-BBBB" in page
    assert "R-CCCC-DDDD" not in page
    assert 'href="https://ohsc.example/referrals/1" rel="nofollow">' in page
    assert f'<a href="{PAGE}">E-mails sent to you</a>' in page


def test_mails_of_one_second_in_one_file_are_kept_apart(cast, demonstration):
    send(cast.ben, "OHSC: R-AAAA-BBBB")
    send(cast.bea, "OHSC: R-CCCC-DDDD")
    send(cast.ben, "OHSC: R-EEEE-FFFF")
    files = sorted(demonstration.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    together = b"".join(file.read_bytes() for file in files)
    for file in files:
        file.unlink()
    (demonstration / "20260101-000000-1.log").write_bytes(together)
    page = cast.browser(cast.ben).get(PAGE).content.decode()
    assert page.index("R-EEEE-FFFF") < page.index("R-AAAA-BBBB"), "the newest first"
    assert "R-CCCC-DDDD" not in page
    assert cast.bea.email not in page


def test_nothing_in_a_mail_is_more_than_text(cast, demonstration):
    send(cast.ben, "<b>bold</b>", "<script>alert(1)</script>\n")
    page = cast.browser(cast.ben).get(PAGE).content.decode()
    assert "<script>alert" not in page
    assert "<b>bold" not in page


def test_none_sent_is_said_and_other_files_do_no_harm(cast, demonstration):
    demonstration.mkdir()
    (demonstration / "20260101-000000-1.log").write_bytes(bytes(range(256)))
    (demonstration / "20260101-000000-2.log").write_bytes(b"")
    assert "No e-mail was sent to you" in cast.browser(cast.ben).get(PAGE).content.decode()


def test_only_so_many_are_shown_the_newest_first(cast, demonstration, monkeypatch):
    monkeypatch.setattr(mail, "MOST_SHOWN", 1)
    send(cast.ben, "OHSC: first")
    first = next(demonstration.iterdir())
    first.rename(first.with_name("20200101-000000-1.log"))
    send(cast.ben, "OHSC: second")
    assert [letter.subject for letter in mail.letters_to(cast.ben.email)] == ["OHSC: second"]


def test_a_stranger_is_asked_to_sign_in(db, demonstration):
    assert Browser().get(PAGE).url == f"/account/login/?next={PAGE}"


def test_elsewhere_there_is_no_such_page(cast):
    assert cast.browser(cast.ben).get(PAGE).status_code == 404
