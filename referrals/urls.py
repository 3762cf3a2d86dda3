"""Which addresses are here?"""

from agencies.roles import Permission
from ohsc.core.routes import route
from referrals.views import (
    board,
    books,
    exports,
    holding,
    listing,
    new,
    passing,
    queue,
    referral,
    saved,
    search,
    steps,
    work,
)

# The queue and the record
urlpatterns = [
    route("triage", queue.triage, name="triage", needs=Permission.SEE_REFERRALS),
    route("triage/csv", exports.triage_csv, name="triage-csv", needs=Permission.EXPORT),
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
    route("search/csv", search.search_csv, name="search-csv", needs=Permission.EXPORT),
    route("referrals", listing.listing, name="search-list", needs=Permission.SEE_REFERRALS),
    route("referrals/csv", listing.listing_csv, name="search-list-csv", needs=Permission.EXPORT),
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
