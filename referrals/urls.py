"""Which addresses are here?"""

from agencies.roles import Permission
from ohsc.core.routes import Need, route
from referrals.views import (
    agreements,
    at_risk,
    board,
    books,
    break_glass,
    chasing,
    disclosures,
    exports,
    feedback,
    holding,
    late,
    listing,
    new,
    passing,
    plans,
    queue,
    referral,
    rules,
    saved,
    scorecards,
    search,
    seen_by,
    steps,
    work,
)

# A list that leaves as a file wants a fresh proof of who takes it.
EXPORT = Need(Permission.EXPORT, fresh=("GET", "HEAD", "POST"))

# The queue and the record
urlpatterns = [
    route("triage", queue.triage, name="triage", needs=Permission.SEE_REFERRALS),
    route("triage/csv", exports.triage_csv, name="triage-csv", needs=EXPORT),
    route("triage/<slug:direction>", queue.beside, name="triage-beside", needs=Permission.SEE_REFERRALS),
    route("referrals/new", new.new_referral, name="new-referral", needs=Permission.MAKE_REFERRALS),
    route("referrals/new/pointer", new.new_pointer, name="new-pointer", needs=Permission.MAKE_REFERRALS),
    route("referrals/<uuid:referral_id>", referral.referral, name="referral", needs=Permission.SEE_REFERRALS),
    route(
        "referrals/<uuid:referral_id>/narrative",
        referral.narrative,
        name="referral-narrative",
        needs=Permission.READ_NARRATIVES,
    ),
    route(
        "referrals/<uuid:referral_id>/steps/<slug:step>",
        steps.step,
        name="referral-step",
        needs=Permission.ACT,
    ),
    route(
        "referrals/<uuid:referral_id>/pass-on/<slug:agency>",
        passing.pass_on,
        name="referral-pass-on",
        needs=Permission.ACT,
    ),
    route(
        "referrals/<uuid:referral_id>/seen-by",
        seen_by.seen_by,
        name="referral-seen-by",
        needs=Permission.READ_AUDIT,
    ),
    route("referrals/<uuid:referral_id>/take", holding.take_it, name="referral-take", needs=Permission.ACT),
    route(
        "referrals/<uuid:referral_id>/hand-over",
        holding.hand_it_over,
        name="referral-hand-over",
        needs=Permission.ACT,
    ),
    route(
        "referrals/<uuid:referral_id>/put-down",
        holding.put_it_down,
        name="referral-put-down",
        needs=Permission.ACT,
    ),
]

# Break-glass
urlpatterns += [
    route(
        "referrals/<uuid:referral_id>/break-glass",
        break_glass.break_glass,
        name="referral-break-glass",
        needs=Need(Permission.BREAK_GLASS, centre=True, fresh=("POST",)),
    ),
    route(
        "referrals/<uuid:referral_id>/break-glass/end",
        break_glass.end,
        name="referral-break-glass-end",
        needs=Need(Permission.BREAK_GLASS, centre=True),
    ),
    route(
        "break-glass",
        break_glass.desk,
        name="break-glass",
        needs=Need(Permission.SEE_BREAK_GLASS, centre=True),
    ),
    route(
        "break-glass/<uuid:opening_id>/review",
        break_glass.review,
        name="break-glass-review",
        needs=Need(Permission.REVIEW_BREAK_GLASS, centre=True),
    ),
]

# Plans are for the Centre's coordinators: they name what every agency has
COORDINATOR = Need(Permission.COORDINATE, centre=True)
urlpatterns += [
    route("plans/new", plans.new, name="plan-new", needs=COORDINATOR),
    route("plans/<uuid:plan_id>", plans.plan, name="plan", needs=COORDINATOR),
    route("plans/<uuid:plan_id>/accept", plans.accept, name="plan-accept", needs=COORDINATOR),
    route("plans/<uuid:plan_id>/cancel", plans.cancel, name="plan-cancel", needs=COORDINATOR),
    route("plans/lines/<uuid:line_id>", plans.line, name="plan-line", needs=COORDINATOR),
]

# The rules of routing: switching on and going back take a fresh proof
SWITCHES = Need(Permission.COORDINATE, centre=True, fresh=("POST",))
urlpatterns += [
    route("rules", rules.rules, name="rules", needs=COORDINATOR),
    route("rules/new", rules.new, name="rules-new", needs=COORDINATOR),
    route("rules/roll-back", rules.roll_back, name="rules-roll-back", needs=SWITCHES),
    route("rules/<uuid:rulebook_id>", rules.draft, name="rules-draft", needs=COORDINATOR),
    route("rules/<uuid:rulebook_id>/rehearse", rules.rehearse, name="rules-rehearse", needs=COORDINATOR),
    route("rules/<uuid:rulebook_id>/switch-on", rules.switch_on, name="rules-switch-on", needs=SWITCHES),
    route("rehearsals/<uuid:rehearsal_id>", rules.rehearsal, name="rehearsal", needs=COORDINATOR),
    route("rehearsals/<uuid:rehearsal_id>/cancel", rules.cancel, name="rehearsal-cancel", needs=COORDINATOR),
]

# A child at risk now
urlpatterns += [
    route("at-risk-now", at_risk.at_risk_now, name="at-risk-now", needs=Permission.SEE_REFERRALS),
    route("at-risk-now/<uuid:alarm_id>/take", at_risk.take_it, name="at-risk-now-take", needs=Permission.ACT),
]

# The clocks, and the questions that hold them
urlpatterns += [
    route("late", late.late, name="late", needs=Permission.SEE_REFERRALS),
    route("questions/<uuid:question_id>/chase", chasing.chase, name="question-chase", needs=Permission.ACT),
]

# The board and my work
urlpatterns += [
    route("board", board.board, name="board", needs=Permission.SEE_REFERRALS),
    route("board/<uuid:referral_id>", board.board, name="board-chosen", needs=Permission.SEE_REFERRALS),
    route("board/<uuid:referral_id>/recall", board.recall, name="board-recall", needs=Permission.ACT),
    route(
        "board/<uuid:referral_id>/offer/<slug:agency>", board.offer, name="board-offer", needs=Permission.ACT
    ),
    route("work", work.work, name="work", needs=Permission.SEE_REFERRALS),
    route("books", books.books, name="books", needs=Permission.SEE_REFERRALS),
]

# Finding
urlpatterns += [
    route("search", search.search, name="search", needs=Permission.SEE_REFERRALS),
    route("search/csv", search.search_csv, name="search-csv", needs=EXPORT),
    route("referrals", listing.listing, name="search-list", needs=Permission.SEE_REFERRALS),
    route("referrals/csv", listing.listing_csv, name="search-list-csv", needs=EXPORT),
    route("filters", saved.saved_filters, name="saved-filters", needs=Permission.SEE_REFERRALS),
    route(
        "filters/<uuid:filter_id>/rename",
        saved.rename,
        name="saved-filter-rename",
        needs=Permission.SEE_REFERRALS,
    ),
    route(
        "filters/<uuid:filter_id>/delete",
        saved.delete,
        name="saved-filter-delete",
        needs=Permission.SEE_REFERRALS,
    ),
]

# What sources are told
urlpatterns += [
    route(
        "referrals/<uuid:referral_id>/progress",
        feedback.progress,
        name="referral-progress",
        needs=Permission.ACT,
    ),
    route("feedback", feedback.feedback, name="feedback", needs=Permission.SEE_REFERRALS),
    route("feedback/csv", feedback.feedback_csv, name="feedback-csv", needs=EXPORT),
    route("scorecards", scorecards.scorecards, name="scorecards", needs=Permission.SEE_REFERRALS),
    route("scorecards/csv", scorecards.scorecards_csv, name="scorecards-csv", needs=EXPORT),
]

# What may be disclosed, and what was
KEEPS_AGREEMENTS = Need(Permission.MANAGE_AGREEMENTS, centre=True, fresh=("POST",))
urlpatterns += [
    route("agreements", agreements.agreements, name="agreements", needs=Permission.SEE_REFERRALS),
    route("agreements/new", agreements.new, name="agreements-new", needs=KEEPS_AGREEMENTS),
    route(
        "agreements/<str:reference>",
        agreements.agreement,
        name="agreements-one",
        needs=Permission.SEE_REFERRALS,
    ),
    route("agreements/<str:reference>/end", agreements.end, name="agreements-end", needs=KEEPS_AGREEMENTS),
    route("disclosures", disclosures.disclosures, name="disclosures", needs=Permission.SEE_REFERRALS),
    route("disclosures/csv", disclosures.disclosures_csv, name="disclosures-csv", needs=EXPORT),
]
