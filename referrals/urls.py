"""Which addresses are here?"""

from django.urls import path

from referrals.views import board, books, holding, new, passing, queue, referral, steps, work

# The queue and the record
urlpatterns = [
    path("triage", queue.triage, name="triage"),
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
