"""Every event comes under a seal, once, in its place; whoever changes, removes or moves one is found out."""


def test_what_was_done_is_sealed_and_verified(committed_cast, seals, capsys):
    committed_cast.referral("accepted")
    (batch,) = seals.seal()
    events = seals.rows("SELECT count(*) FROM audit_event")[0][0]
    assert batch.events == batch.size == events > 3
    assert seals.rows("SELECT count(*) FROM audit_pending") == [(0,)]
    seals.verify()
    assert f"{events} events under 1 heads: all as they were sealed" in capsys.readouterr().out
