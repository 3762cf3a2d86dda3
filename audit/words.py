"""What does each thing that was recorded mean, to a reader who does not program? And why was it done?

One line for each action that the code records. The purpose is the one that follows from the work at hand; a caller
that knows it more exactly (the reader's standing, the agreement a disclosure rests on, a reason that was picked)
gives its own. A test collects the actions from the code, and fails where one has no line here.
"""

from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """For what the log itself may be used (Data Protection Act 2018, s.62(4)); asked of whoever takes it out."""

    LAWFULNESS = "lawfulness"
    SELF_MONITORING = "self_monitoring"
    INTEGRITY = "integrity"
    CRIMINAL_PROCEEDINGS = "criminal_proceedings"


PURPOSES = {
    Purpose.LAWFULNESS: "Verifying that processing is lawful",
    Purpose.SELF_MONITORING: "Self-monitoring, disciplinary proceedings included",
    Purpose.INTEGRITY: "Ensuring the integrity and security of the data",
    Purpose.CRIMINAL_PROCEEDINGS: "The purposes of criminal proceedings",
}


@dataclass(frozen=True)
class Words:
    """done -- what happened, as it is told. purpose -- why, from the work at hand. of_a_list -- many at one look."""

    done: str
    purpose: str = ""
    of_a_list: bool = False


_JOURNEY = "the referral's journey"
_CUSTODY = "custody of the referral"
_FEEDBACK = "feedback owed to the source"
_QUALITY = "checking the quality of work"
_RISK = "risk to a child"
_OWN_WORK = "own work"
_PEOPLE = "keeping people and their access"
_SYSTEMS = "keeping partner systems"
_DIRECTORY = "knowing who can act"
_TELLING = "telling those concerned"
_INTAKE = "intake of a report"
_SHARING = "lawful sharing"
_REVIEW = "review of an emergency"
_LOG = "self-monitoring"

ACTIONS: dict[str, Words] = {
    # Referrals: reading
    "referral.opened": Words("Opened the record", "reading a referral to act on it"),
    "narrative.opened": Words("Opened the narrative", "reading a referral to act on it"),
    "referral.history": Words("Read the history", "reading a referral to act on it"),
    "referral.listed": Words("Was shown a list with it", _OWN_WORK, of_a_list=True),
    "referral.searched": Words("Found it by a search", "search", of_a_list=True),
    "referral.answer_replayed": Words("Was given an earlier answer again", "a repeated request", of_a_list=True),
    "referral.exported": Words("Took it out in a file", "a file of a list", of_a_list=True),
    "board.opened": Words("Was shown the board with it", "coordination", of_a_list=True),
    "work.opened": Words("Was shown own work with it", _OWN_WORK, of_a_list=True),
    "books.opened": Words("Opened the books", "checking that no referral is lost", of_a_list=True),
    "books.balanced": Words("Counted the books", "checking that no referral is lost", of_a_list=True),
    # Referrals: the journey
    "referral.receive": Words("Sent it to the Centre", _INTAKE),
    "referral.matched": Words("Joined its selectors with earlier sightings of them", "finding what belongs together"),
    "referral.triage": Words("Set the priority", _RISK),
    "referral.re-band": Words("Changed the priority", _RISK),
    "referral.offer": Words("Offered it to an agency", _JOURNEY),
    "referral.recall": Words("Recalled the offer", _JOURNEY),
    "referral.acknowledge": Words("Acknowledged the offer", _JOURNEY),
    "referral.accept": Words("Accepted it into custody", _CUSTODY),
    "referral.decline": Words("Declined the offer", _JOURNEY),
    "referral.expire": Words("Let the offer expire", _JOURNEY),
    "referral.return": Words("Returned it to the Centre", _CUSTODY),
    "referral.pass-on": Words("Offered it on to another agency", _JOURNEY),
    "referral.ask": Words("Asked a question about it", _JOURNEY),
    "referral.answer": Words("Answered a question about it", _JOURNEY),
    "referral.conclude": Words("Concluded it", _FEEDBACK),
    "referral.reject": Words("Rejected it", _JOURNEY),
    "referral.withdraw": Words("Withdrew it", _JOURNEY),
    "referral.reopen": Words("Reopened it", _JOURNEY),
    "referral.taken": Words("Took it on", _OWN_WORK),
    "referral.handed_over": Words("Handed it to a colleague", _OWN_WORK),
    "referral.put_down": Words("Put it down", _OWN_WORK),
    "clock.due_soon": Words("Reminded that it is due", "the clocks of the referral"),
    "clock.overdue": Words("Raised the alarm: the clock was missed", "the clocks of the referral"),
    "clock.answer_soon": Words("Reminded that the offer is to be answered", "the clocks of the referral"),
    "clock.question_timed": Words("Noted by when its question is to be answered", "the clocks of the referral"),
    "clock.question_due": Words("Chased the answer to its question", "the clocks of the referral"),
    "clock.question_late": Words("Raised the alarm: its question was not answered", "the clocks of the referral"),
    "question.chased": Words("Pressed for the answer to a question", _JOURNEY),
    "late.listed": Words("Was shown it among what will be late next", _OWN_WORK, of_a_list=True),
    "clock.feedback_owed": Words("Noted that word of it is owed to the source", _FEEDBACK),
    "clock.feedback_due": Words("Reminded that word of it is due to the source", _FEEDBACK),
    "clock.feedback_late": Words("Raised the alarm: the source had no word of it", _FEEDBACK),
    # Feedback
    "referral.progress": Words("Told the source how it stands", _FEEDBACK),
    "feedback.listed": Words("Was shown what its source was told, and is owed", _FEEDBACK, of_a_list=True),
    "feedback.exported": Words("Took out in a file what its source was told", "a file of a list", of_a_list=True),
    "scorecards.counted": Words("Counted the scorecards", _QUALITY, of_a_list=True),
    "scorecards.opened": Words("Was shown the scorecards", _QUALITY, of_a_list=True),
    "scorecards.exported": Words("Took the scorecards out in a file", _QUALITY, of_a_list=True),
    "filter.saved": Words("Saved a filter", _OWN_WORK),
    "filter.renamed": Words("Renamed a filter", _OWN_WORK),
    "filter.deleted": Words("Deleted a filter", _OWN_WORK),
    # Plans
    "plan.chosen_from": Words("Was shown what a plan could be made of, with it", "coordination", of_a_list=True),
    "plan.asked": Words("Asked for a plan that places it", "coordination", of_a_list=True),
    "plan.opened": Words("Was shown a plan with it", "coordination", of_a_list=True),
    "plan.changed": Words("Changed where a plan puts it", "coordination"),
    "plan.accepted": Words("Accepted a plan that offers it", "coordination", of_a_list=True),
    "plan.cancelled": Words("Cancelled a plan", "coordination", of_a_list=True),
    "rules.opened": Words("Read the rules of routing", "coordination"),
    "rules.drafted": Words("Wrote a draft of the rules of routing", "coordination"),
    "rules.switched_on": Words("Switched rules of routing on, as the second person", "coordination"),
    "rules.rolled_back": Words("Went back to earlier rules of routing", "coordination"),
    "rehearsal.asked": Words("Asked for a rehearsal of a draft of the rules", "coordination"),
    "rehearsal.cancelled": Words("Cancelled a rehearsal of a draft of the rules", "coordination"),
    "rehearsal.opened": Words("Was shown a rehearsal with it", "coordination", of_a_list=True),
    "matches.read": Words("Read which agencies can take it", "coordination"),
    # Break-glass
    "glass.broken": Words("Broke the glass over the closed narrative", "an emergency"),
    "glass.ended": Words("Closed the narrative again", "an emergency"),
    "glass.reviewed": Words("Reviewed that the glass was broken", _REVIEW),
    "glass.unreviewed": Words("Raised the alarm: nobody had reviewed a broken glass", _REVIEW),
    "glass.listed": Words("Was shown the emergency openings", _REVIEW, of_a_list=True),
    # A child at risk now
    "alarm.raised": Words("Raised the alarm: a child may be at risk now", _RISK),
    "alarm.called": Words("Called people: a child may be at risk now", _RISK),
    "alarm.paged": Words("Handed a call to the pager", _RISK),
    "alarm.taken": Words("Took it: a child may be at risk now", _RISK),
    "alarm.ended": Words("Ended the alarm", _RISK),
    "alarm.listed": Words("Was shown who is called for it", _RISK, of_a_list=True),
    # Cases
    "case.opened": Words("Opened a case", "keeping together what belongs together"),
    "case.shared": Words("Shared a case with an agency", "working a case together"),
    "case.share_ended": Words("Stopped sharing a case", "working a case together"),
    # Documents
    "document.staged": Words("Uploaded a document to look at", _INTAKE),
    "document.listed": Words("Was shown the documents that wait", _INTAKE, of_a_list=True),
    "document.previewed": Words("Looked at what a document would make", _INTAKE),
    "document.narrative_opened": Words("Opened a narrative in a document", _INTAKE),
    "document.made": Words("Made referrals of a document", _INTAKE),
    "document.opened": Words("Opened an imported document", "checking an intake"),
    "document.discarded": Words("Discarded a document: it was erased", "not to be kept"),
    "document.cleared": Words("Erased documents that waited a day", "not to be kept longer than needed"),
    # People, agencies and systems
    "person.signed_in": Words("Signed in"),
    "person.signed_out": Words("Signed out"),
    "person.sign_in_failed": Words("Failed to sign in"),
    "person.changed_password": Words("Changed their password"),
    "person.proved_second_factor": Words("Signed in with a second proof"),
    "person.second_factor_failed": Words("Failed a second proof"),
    "person.stepped_up": Words("Proved again who they are"),
    "person.factor_added": Words("Added a way of proving who they are"),
    "person.factor_removed": Words("Removed a way of proving who they are"),
    "person.recovery_codes_made": Words("Made new recovery codes"),
    "person.bound_to_service": Words("Joined their account with the agency's sign-in service"),
    "person.sessions_ended": Words("Ended sessions"),
    "person.factors_reset": Words("Took away a person's ways of proving who they are", _PEOPLE),
    "person.password_set": Words("Was given a new password", _PEOPLE),
    "person.password_link_sent": Words("Sent a link to set a new password", _PEOPLE),
    "person.added": Words("Added a person", _PEOPLE),
    "person.opened": Words("Opened a person's page", _PEOPLE),
    "person.changed": Words("Changed a person's particulars", _PEOPLE),
    "person.role_changed": Words("Changed a person's role", _PEOPLE),
    "person.disabled": Words("Disabled a person's account", _PEOPLE),
    "person.enabled": Words("Enabled a person's account", _PEOPLE),
    "person.invited": Words("Invited a person", _PEOPLE),
    "people.listed": Words("Was shown the people", _PEOPLE, of_a_list=True),
    "administrators.listed": Words("Was shown the administrators", _PEOPLE, of_a_list=True),
    "work.of_colleague": Words("Was shown a colleague's work with it", _PEOPLE, of_a_list=True),
    "invitation.accepted": Words("Accepted an invitation", _PEOPLE),
    "invitation.sent_again": Words("Sent an invitation again", _PEOPLE),
    "invitation.withdrawn": Words("Withdrew an invitation", _PEOPLE),
    "person.email_on": Words("Switched on e-mail for people", _TELLING),
    "person.email_choice": Words("Chose how to be told by e-mail", _TELLING),
    "person.email_failed": Words("Stopped e-mail to an address that failed", _TELLING),
    "person.email_confirmed": Words("Confirmed their e-mail address", _TELLING),
    "agency.added": Words("Added an agency", _DIRECTORY),
    "agency.opened": Words("Opened an agency's page", _DIRECTORY),
    "agency.desk_changed": Words("Changed the agency's desk", _DIRECTORY),
    "agency.breach_officer_named": Words("Named the officer for missed clocks", _DIRECTORY),
    "directory.opened": Words("Opened the directory", _DIRECTORY, of_a_list=True),
    "agency.sign_in_service_kept": Words("Set the agency's sign-in service", _PEOPLE),
    "agency.sign_in_service_ended": Words("Ended the agency's sign-in service", _PEOPLE),
    "agreement.added": Words("Added a sharing agreement", _SHARING),
    "agreement.opened": Words("Opened a sharing agreement", _SHARING),
    "agreement.ended": Words("Ended a sharing agreement", _SHARING),
    "agreement.rests_on_it": Words("Was shown what rests on an agreement, with it", _SHARING, of_a_list=True),
    "agreements.listed": Words("Was shown the sharing agreements", _SHARING, of_a_list=True),
    "disclosures.listed": Words("Was shown the register of disclosures", _SHARING, of_a_list=True),
    "disclosures.exported": Words("Took the register of disclosures out in a file", _SHARING, of_a_list=True),
    "capability.added": Words("Added a capability", _DIRECTORY),
    "capability.lowered": Words("Took back how much the agency can do, or changed its hours", _DIRECTORY),
    "capability.proposed": Words("Proposed to change what the agency can do", _DIRECTORY),
    "capability.proposal_approved": Words("Approved what an agency proposed to be able to do", _DIRECTORY),
    "capability.proposal_refused": Words("Refused what an agency proposed to be able to do", _DIRECTORY),
    "capability.proposal_withdrawn": Words("Withdrew what was proposed", _DIRECTORY),
    "capability.proposal_opened": Words("Opened what an agency proposed to be able to do", _DIRECTORY),
    "capability.proposals_listed": Words("Was shown what agencies proposed", _DIRECTORY, of_a_list=True),
    "capability.own_opened": Words("Opened what the agency can do", _DIRECTORY),
    "capability.map_opened": Words("Opened the map of who can do what", _DIRECTORY, of_a_list=True),
    "work_weight.set": Words("Set how much of the capacity a kind of work uses", _DIRECTORY),
    "work_weight.removed": Words("Removed the weight of a kind of work", _DIRECTORY),
    "absence.planned": Words("Planned an absence of the agency", _DIRECTORY),
    "absence.cancelled": Words("Cancelled a planned absence of the agency", _DIRECTORY),
    "agency.calendar_chosen": Words("Chose whose bank holidays the agency keeps", _DIRECTORY),
    "client.added": Words("Added a partner system", _SYSTEMS),
    "client.changed": Words("Changed a partner system", _SYSTEMS),
    "client.revoked": Words("Revoked a partner system", _SYSTEMS),
    "client.secret_rotated": Words("Gave a partner system a new secret", _SYSTEMS),
    "client.secret_set": Words("Set a partner system's secret", _SYSTEMS),
    "client.opened": Words("Opened a partner system's page", _SYSTEMS),
    "clients.listed": Words("Was shown the partner systems", _SYSTEMS, of_a_list=True),
    "client.answer_replayed": Words("Was given an earlier answer again", _SYSTEMS),
    "token.given": Words("Was given a token"),
    "token.refused": Words("Was refused a token"),
    "request.refused": Words("Asked, and was refused"),
    "demonstration.seeded": Words("Filled the demonstration", "the demonstration's invented data"),
    # Telling
    "inbox.opened": Words("Opened the inbox", "own inbox", of_a_list=True),
    "inbox.read": Words("Marked items of the inbox as read", "own inbox", of_a_list=True),
    "inbox.exported": Words("Took the inbox out in a file", "a file of the own inbox", of_a_list=True),
    "events.read": Words("Read the events feed", "keeping a partner's system up to date", of_a_list=True),
    "email.sent": Words("Sent an e-mail about it", _TELLING),
    "email.account_sent": Words("Sent an e-mail about an account", _TELLING),
    "email.digest_sent": Words("Sent a digest that names it", _TELLING, of_a_list=True),
    "webhook.sent": Words("Sent a webhook about it", _TELLING),
    "webhook.added": Words("Added a webhook", _SYSTEMS),
    "webhook.removed": Words("Removed a webhook", _SYSTEMS),
    "webhook.stopped": Words("Stopped a webhook", _SYSTEMS),
    "webhook.resumed": Words("Resumed a webhook", _SYSTEMS),
    "webhook.secret_changed": Words("Changed a webhook's secret", _SYSTEMS),
    "webhook.tested": Words("Tested a webhook", _SYSTEMS),
    "webhook.replayed": Words("Sent webhooks again", _SYSTEMS),
    "webhook.opened": Words("Opened a webhook's page", _SYSTEMS),
    "webhooks.listed": Words("Was shown the webhooks", _SYSTEMS, of_a_list=True),
    "deliveries.listed": Words("Was shown what was sent to a webhook", _SYSTEMS, of_a_list=True),
    "delivery.opened": Words("Opened a message sent to a webhook", _SYSTEMS),
    # The log itself
    "audit.record_asked": Words("Asked who has seen the record", _LOG),
    "audit.actor_asked": Words("Asked what a person or system did", _LOG),
    "audit.log_read": Words("Read the log", _LOG),
    "audit.exported": Words("Took the log out in a file", _LOG),
    "audit.unusual_read": Words("Looked through unusual reads", _LOG),
    "audit.looked_into": Words("Noted that an unusual read was looked into", _LOG),
}  # fmt: skip

KINDS = {  # as `audit.models.Kind`, in a reader's words
    "collection": "Collected",
    "alteration": "Changed",
    "consultation": "Seen",
    "disclosure": "Disclosed",
    "combination": "Combined",
    "erasure": "Erased",
    "access": "Signing in",
    "refusal": "Refused",
}

SUBJECTS = {  # what one of these is called, and several
    "referral": ("referral", "referrals"),
    "case": ("case", "cases"),
    "report": ("imported document", "imported documents"),
    "staged_document": ("document", "documents"),
    "person": ("person", "people"),
    "agency": ("agency", "agencies"),
    "agreement": ("agreement", "agreements"),
    "invitation": ("invitation", "invitations"),
    "disclosure": ("disclosure", "disclosures"),
    "capability": ("capability", "capabilities"),
    "capability_proposal": ("capability proposal", "capability proposals"),
    "work_weight": ("weight of work", "weights of work"),
    "absence": ("planned absence", "planned absences"),
    "client": ("partner system", "partner systems"),
    "webhook_endpoint": ("webhook", "webhooks"),
    "delivery": ("message", "messages"),
    "inbox_item": ("inbox item", "inbox items"),
    "saved_filter": ("filter", "filters"),
    "scorecard": ("scorecard", "scorecards"),
    "rulebook": ("version of the rules", "versions of the rules"),
    "reckoning": ("count of the books", "counts of the books"),
}


def words_of(action: str) -> Words:
    """What is said of it. One that nobody has put into words yet is shown as it is written."""
    return ACTIONS.get(action) or Words(action)


def purpose_of(action: str) -> str:
    """Why it is done, where nobody says it more exactly."""
    return words_of(action).purpose


def counted(subject_type: str, many: int) -> str:
    """ "1 referral", "3 documents"."""
    one, several = SUBJECTS.get(subject_type, (subject_type or "record", f"{subject_type or 'record'}s"))
    return f"{many} {one if many == 1 else several}"
