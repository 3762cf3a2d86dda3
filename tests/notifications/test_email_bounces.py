"""Mail that does not arrive: the address is left alone, the person and who keeps the agency's people are told."""

import mailbox
from contextlib import closing
from email.message import EmailMessage
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from agencies.models import User
from notifications import actions, bounces
from notifications.models import Delivery
from tests.notifications.mail_servers import taking_mail
from tests.rows import rows


def standing(person) -> tuple[bool, str]:
    """Whether mail to them fails, and why."""
    (row,) = rows(User, pk__in=[person.pk])
    return row.email_failed_at is not None, row.email_failed_because


# At the door of the mail server.


def test_a_mail_goes_over_smtp_with_its_id(cast, clock, offered, settings):
    referral = offered("2026-02-03 06:30")
    with taking_mail(settings) as server:
        clock.strikes("2026-02-03 06:31")
    (delivery,) = rows(Delivery, person=cast.bea)
    ((_, message),) = [pair for pair in server.taken if pair[0] == cast.bea.email]
    assert delivery.state == "sent"
    assert message["Subject"] == f"OHSC: {referral.reference}"
    assert message["Message-ID"] == f"<{delivery.pk.hex}@ohsc>"
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("reply", "state", "failed"),
    [
        (550, "dead", (True, "The mail server refused the address (550).")),
        (553, "dead", (True, "The mail server refused the address (553).")),
        (450, "waiting", (False, "")),  # put off: tried again
        (421, "waiting", (False, "")),
    ],
)
def test_an_address_refused_for_good_is_written_to_no_more_and_one_put_off_is(
    cast, clock, wants, offered, settings, reply, state, failed
):
    wants(cast.bea, "each", email_failed_at=None, email_failed_because="")
    with taking_mail(settings) as server:
        server.refuses[cast.bea.email] = reply
        offered("2026-02-03 06:30")
        clock.strikes("2026-02-03 06:31")
        assert standing(cast.bea) == failed
        assert [row.state for row in rows(Delivery, person=cast.bea)] == [state]
        offered("2026-02-03 06:40", "P1")
        clock.strikes("2026-02-03 06:41")
        server.refuses.clear()
        clock.strikes("2026-02-03 18:00")
    assert (cast.bea.email in [address for address, _ in server.taken]) == (state == "waiting")


def test_a_message_refused_for_its_content_is_no_fault_of_the_address(cast, clock, offered, settings):
    with taking_mail(settings) as server:
        server.after_data = 554
        offered("2026-02-03 06:30")
        clock.strikes("2026-02-03 06:31")
    assert standing(cast.bea) == (False, "")
    assert [row.last_reason for row in rows(Delivery, person=cast.bea)] == ["mail: SMTPDataError"]


def test_a_digest_that_is_refused_says_so_too(cast, clock, wants, offered, settings):
    wants(cast.bea, "hourly")
    with taking_mail(settings) as server:
        server.refuses[cast.bea.email] = 550
        offered("2026-02-03 06:30")
        clock.strikes("2026-02-03 07:00")
    assert standing(cast.bea) == (True, "The mail server refused the address (550).")


# Mail that comes back later.


def notification(row_id, *, action="failed", status="5.1.1", whole=True) -> bytes:
    """What a mail server writes (RFC 3464) about a message of ours, returned whole or as its headers."""
    ours = f"Message-ID: <{row_id.hex}@ohsc>\nSubject: OHSC: R-AAAA-BBBB\nTo: bea@northshire-police.example\n"
    returned = (
        f"Content-Type: message/rfc822\n\n{ours}\nThere is news.\n"
        if whole
        else f"Content-Type: text/rfc822-headers\n\n{ours}"
    )
    return (
        "From: MAILER-DAEMON@mail.example\n"
        "To: no-reply@ohsc.example\n"
        "Subject: Undelivered Mail Returned to Sender\n"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="XX"\n\n'
        "--XX\nContent-Type: text/plain\n\nIt could not be delivered.\n\n"
        "--XX\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mail.example\n\n"
        f"Final-Recipient: rfc822; bea@northshire-police.example\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 no such user\n\n"
        f"--XX\n{returned}\n"
        "--XX--\n"
    ).encode()


ROW = uuid4()


@pytest.mark.parametrize("whole", [True, False])
def test_a_notification_names_our_row_and_the_status(whole):
    bounce = bounces.read(notification(ROW, whole=whole))
    assert (bounce.row_id, bounce.status) == (ROW, "5.1.1")


def answer_of_a_person() -> bytes:
    message = EmailMessage()
    message["Subject"], message["In-Reply-To"] = "Out of office", f"<{ROW.hex}@ohsc>"
    message.set_content("Back on Monday. Status: 5.1.1")
    return message.as_bytes()


NOT_BOUNCES = {
    "a delay": notification(ROW, action="delayed", status="4.4.1"),
    "a failure for now": notification(ROW, status="4.2.2"),
    "a receipt": notification(ROW, action="delivered", status="2.0.0"),
    "not our message": notification(ROW).replace(b"@ohsc>", b"@elsewhere.example>"),
    "an id that is none": notification(ROW).replace(ROW.hex.encode(), b"x" * 32),
    "a person's answer": answer_of_a_person(),
    "too large": notification(ROW) + b" " * bounces.MOST_BYTES,
    "nothing": b"",
    "no message at all": bytes(range(256)) * 4,
    "parts within parts": b"Content-Type: multipart/mixed; boundary=a\n\n--a\n" * 2000,
}


@pytest.mark.parametrize("name", NOT_BOUNCES)
def test_anything_else_is_no_bounce(name):
    assert bounces.read(NOT_BOUNCES[name]) is None


@pytest.fixture
def sent(cast, clock, offered):
    """A mail to Bea that was handed over."""
    offered("2026-02-03 06:30")
    clock.strikes("2026-02-03 06:31")
    (delivery,) = rows(Delivery, person=cast.bea)
    assert delivery.state == "sent"
    return delivery


@pytest.fixture(params=[mailbox.Maildir, mailbox.mbox])
def box(request, tmp_path):
    """An operator's mailbox, empty: `box.opened()` is it as it is now."""
    path = tmp_path / "bounces"
    request.param(path).close()
    return SimpleNamespace(path=path, opened=lambda: request.param(path))


def put(box, *messages: bytes) -> None:
    opened = box.opened()
    for message in messages:
        opened.add(message)
    opened.close()


def read(box, capsys) -> str:
    call_command("read_bounces", str(box.path))
    return capsys.readouterr().out.strip()


def test_a_mail_that_comes_back_stops_the_next(cast, clock, offered, sent, box, capsys):
    put(box, notification(sent.pk), answer_of_a_person(), notification(uuid4()))
    assert read(box, capsys) == "1 came back, 1 known already or not ours, 1 left in the mailbox."
    with closing(box.opened()) as left:
        assert len(left) == 1
    assert standing(cast.bea) == (True, "The mail came back (5.1.1).")
    mail.outbox.clear()
    offered("2026-02-03 09:30", "P1")
    clock.strikes("2026-02-03 09:31")
    assert cast.bea.email not in [address for message in mail.outbox for address in message.to]


def test_the_same_notification_again_changes_nothing_once_the_address_is_said_to_be_right(
    cast, clock, offered, sent, box, capsys
):
    put(box, notification(sent.pk))
    read(box, capsys)
    cast.browser(cast.bea).post("/preferences/e-mail/confirm")
    assert standing(cast.bea) == (False, "")
    put(box, notification(sent.pk))
    assert read(box, capsys) == "0 came back, 1 known already or not ours, 0 left in the mailbox."
    assert standing(cast.bea) == (False, "")
    mail.outbox.clear()
    offered("2026-02-03 09:30")
    clock.strikes("2026-02-03 09:31")
    assert cast.bea.email in [address for message in mail.outbox for address in message.to]


def test_a_run_reads_so_many_and_the_next_the_rest(cast, box, capsys, monkeypatch):
    monkeypatch.setattr(bounces, "MOST_MESSAGES", 2)
    put(box, *(notification(uuid4()) for _ in range(3)))
    assert "2 known" in read(box, capsys)
    assert "1 known" in read(box, capsys)


@pytest.mark.parametrize("path", ["", "nowhere", "folder"])
def test_no_mailbox_is_said(db, tmp_path, settings, path):
    settings.BOUNCES = ""
    (tmp_path / "folder").mkdir()
    with pytest.raises(CommandError, match=r"OHSC_BOUNCES|cannot be read"):
        call_command("read_bounces", str(tmp_path / path) if path else "")


# Who is told.


@pytest.fixture
def failed(cast, wants):
    for person in (cast.bea, cast.anil):
        wants(
            person,
            email_failed_at=timezone.now(),
            email_failed_because="The mail server refused the address (550).",
        )


def test_the_person_reads_it_in_the_inbox_and_who_keeps_their_agencys_people_too(cast, failed):
    def inbox(person):
        return cast.browser(person).get("/inbox").content.decode()

    assert "Mail to your address came back" in inbox(cast.bea)
    assert "Mail to Anil Mehta came back" in inbox(cast.ada)
    for page in (inbox(cast.ben), inbox(cast.cora), inbox(cast.cleo)):
        assert "came back" not in page
    assert "Bea" not in inbox(cast.ada), "another agency's people are not the Centre's to keep"


def test_it_stands_beside_the_name_on_the_agencys_page_for_who_keeps_it(cast, failed):
    assert "Mail came back" in cast.browser(cast.ada).get("/agencies/ohsc").content.decode()
    assert "Mail came back" not in cast.browser(cast.cora).get("/agencies/ohsc").content.decode()


def test_each_finding_is_recorded(cast, sent):
    from audit.models import Event

    bounce = bounces.Bounce(sent.pk, "5.1.1")
    assert actions.take_bounce(bounce, at=timezone.now())
    assert not actions.take_bounce(bounce, at=timezone.now())
    cast.browser(cast.bea).post("/preferences/e-mail/confirm")
    cast.browser(cast.bea).post("/preferences/e-mail/confirm")
    found = rows(Event, subject_type="person", subject_ids=[cast.bea.pk])
    assert sorted(event.action for event in found if "email" in event.action) == [
        "person.email_confirmed",
        "person.email_failed",
    ]
