"""What is taken of the people in a CyberTipline report: the reported user, and the children?"""

from dataclasses import replace
from xml.etree.ElementTree import Element

from exchange.cybertipline_elements import (
    CHILD_LEFT,
    DEVICE_ID,
    IN_NARRATIVE,
    IP,
    PHONE,
    POSTAL,
    WHEREABOUTS,
    Rule,
    Rules,
    child_of,
    each,
    flag,
    left,
    line,
    read_above,
    selector,
)
from exchange.cybertipline_gather import Gathered, Whose, text_of

LIST_LEFT = "says only whether a list is complete"
HOLDER_LEFT = "the holder of an associated account is not copied: it stays in the document as received"
USER = Whose("Reported user")
RECIPIENT = Whose("Child or intended recipient", is_child=True)
CHILD = Whose("Child", is_child=True)


def reported_user(g: Gathered, _: Whose, element: Element, path: str) -> None:
    _subject(g, USER, element, path, REPORTED_USER)


def intended_recipient(g: Gathered, _: Whose, element: Element, path: str) -> None:
    _subject(g, RECIPIENT, element, path, INTENDED_RECIPIENT)


def victim(g: Gathered, _: Whose, element: Element, path: str) -> None:
    g.victims += 1
    _subject(g, CHILD, element, path, VICTIM)


def _subject(g: Gathered, whose: Whose, element: Element, path: str, rules: Rules) -> None:
    service = text_of(child_of(element, "espService"))
    if service and not whose.is_child:
        g.platform = g.platform or service
    each(g, replace(whose, platform=service or g.platform), element, path, rules)


def _associated(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    """Another account of the same person; a parent's or a third party's is no suspect's, and is kept apart."""
    kind = element.get("accountType", "Other")
    apart = (
        whose.is_child
        or kind == "Parent/Guardian"
        or element.get("thirdPartyUser", "").lower() in ("true", "1")
    )
    service = text_of(child_of(element, "espService")) or text_of(child_of(element, "platform"))
    account = Whose(f"{whose.label}, associated account ({kind})", service or whose.platform, apart)
    each(g, account, element, path, ASSOCIATED)


def _person(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    names = [text_of(child_of(element, part)) for part in ("firstName", "lastName")]
    if not whose.is_child:
        g.say(f"{whose.label}, name as stated", " ".join(filter(None, names)))
        each(g, whose, element, path, PERSON)
        return
    if whose.label == CHILD.label and all(names):
        g.answer("child_identified", "yes")
    each(g, whose, element, path, PERSON_OF_CHILD)


def _child_age(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    if (age := g.whole_number(text_of(element), path, highest=150)) is not None:
        g.ages.append(age)


def _child_birth(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    if born := g.day(text_of(element), path):
        g.births.append(born)
        g.skip(path, CHILD_LEFT)


def _prior_report(g: Gathered, whose: Whose, element: Element, path: str) -> None:
    """An earlier report about the same reported user is an identifier known before."""
    g.say(f"{whose.label}, earlier CyberTipline report", text_of(element))
    if text_of(element) and not whose.is_child:
        g.answer("repeat_selector", "yes")


# What a user, a child's account and an associated account have in common.
ACCOUNT: Rules = {
    "espService": read_above("The service that the accounts are on"),
    "espIdentifier": selector("account"),
    "screenName": selector("account"),
    "profileUrl": selector("url"),
    "groupIdentifier": selector("other"),
    "displayName": line("name shown"),
    "profileBio": line("profile text"),
    "additionalInfo": line(),
    "ipCaptureEvent": IP,
    "deviceId": DEVICE_ID,
}
SUBJECT: Rules = {
    **ACCOUNT,
    "vehicleDescription": line("vehicle"),
    "compromisedAccount": flag("the account may have been taken over by somebody else"),
    "thirdPartyUserReported": flag("not a user of the sender's own service"),
    "priorCTReports": Rule(
        _prior_report, "Narrative; factor: identifier seen before, yes", of_child=IN_NARRATIVE
    ),
    "estimatedLocation": WHEREABOUTS,
    "associatedAccount": Rule(
        _associated, "Another account; a parent's or a third party's is kept apart, as a child's is"
    ),
    "schoolName": left(CHILD_LEFT),
    "allEmailsReported": left(LIST_LEFT),
}
REPORTED_USER: Rules = {
    **SUBJECT,
    "personOrUserReportedPerson": Rule(_person, "The person behind the account"),
}
INTENDED_RECIPIENT: Rules = {**SUBJECT, "intendedRecipientPerson": Rule(_person, "The child")}
VICTIM: Rules = {
    **SUBJECT,
    "victimPerson": Rule(_person, "The child; factor: child identified, yes, where both names are given"),
}
ASSOCIATED: Rules = {
    **ACCOUNT,
    "platform": read_above("The service, where espService is not given"),
    "phone": PHONE,
    "email": selector("email"),
    "firstName": left(HOLDER_LEFT),
    "middleName": left(HOLDER_LEFT),
    "lastName": left(HOLDER_LEFT),
    "approximateAge": left(HOLDER_LEFT),
    "ageAssertionDiscrepancy": left(HOLDER_LEFT),
    "address": left(HOLDER_LEFT),
    "allEmailsReported": left(LIST_LEFT),
}
_EITHER_PERSON: Rules = {
    "phone": PHONE,
    "email": selector("email"),
    "address": POSTAL,
    "ageAssertionDiscrepancy": flag("the age that was stated is in doubt"),
}
PERSON: Rules = {
    **_EITHER_PERSON,
    "firstName": read_above(IN_NARRATIVE),
    "lastName": read_above(IN_NARRATIVE),
    "age": line("age as stated"),
    "dateOfBirth": line("born"),
}
PERSON_OF_CHILD: Rules = {
    **_EITHER_PERSON,
    "age": Rule(_child_age, "Factor: age of the youngest child, as a band"),
    "dateOfBirth": Rule(
        _child_birth, "Factor: age of the youngest child when it happened, as a band; the date itself is left"
    ),
    "firstName": left(CHILD_LEFT),
    "lastName": left(CHILD_LEFT),
}
