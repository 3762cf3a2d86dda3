"""Which addresses are here?"""

from django.urls import path

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
    path("triage", queue.triage, name="triage"),
    path("triage/csv", exports.triage_csv, name="triage-csv"),
    path("triage/<slug:direction>", queue.beside, name="triage-beside"),
    path("referrals/new", new.new_referral, name="new-referral"),
    path("referrals/<uuid:referral_id>", referral.referral, name="referral"),
    path("referrals/<uuid:referral_id>/narrative", referral.narrative, name="referral-narrative"),
    path("referrals/<uuid:referral_id>/steps/<slug:step>", steps.step, name="referral-step"),
    path("referrals/<uuid:referral_id>/pass-on/<slug:agency>", passing.pass_on, name="referral-pass-on"),
    path("referrals/<uuid:referral_id>/take", holding.take_it, name="referral-take"),
    path("referrals/<uuid:referral_id>/hand-over", holding.hand_it_over, name="referral-hand-over"),
    path("referrals/<uuid:referral_id>/put-down", holding.put_it_down, name="referral-put-down"),
]

# The board and my work
urlpatterns += [
    path("board", board.board, name="board"),
    path("board/<uuid:referral_id>", board.board, name="board-chosen"),
    path("board/<uuid:referral_id>/recall", board.recall, name="board-recall"),
    path("board/<uuid:referral_id>/offer/<slug:agency>", board.offer, name="board-offer"),
    path("work", work.work, name="work"),
    path("books", books.books, name="books"),
]

# Finding
urlpatterns += [
    path("search", search.search, name="search"),
    path("search/csv", search.search_csv, name="search-csv"),
    path("referrals", listing.listing, name="search-list"),
    path("referrals/csv", listing.listing_csv, name="search-list-csv"),
    path("filters", saved.saved_filters, name="saved-filters"),
    path("filters/<uuid:filter_id>/rename", saved.rename, name="saved-filter-rename"),
    path("filters/<uuid:filter_id>/delete", saved.delete, name="saved-filter-delete"),
]
