"""How do the figures read? As tables in Markdown, and with what each scenario asks of ours."""

from collections.abc import Mapping, Sequence

from bench.decisions.clairvoyant import Bound
from bench.decisions.figures import BANDS, Figures, spread

NAMES = {
    "fifo": "in turn (FIFO, round-robin)",
    "shares": "weighted shares",
    "greedy": "from the top (greedy)",
    "ours": "**ours**",
}
URGENT_TARGET, STEADY_TARGET = 0.99, 0.98
HEAD = (
    "| policy | P1 | P2 | P3 | P4 | P1 and P2 late: how many; median, 95 %, worst hours | fit"
    " | load over capacity | with nobody | objective | of hindsight’s |"
)


def table(figures: Sequence[Figures], bound: Bound | None) -> str:
    """One scenario."""
    lines = [HEAD, "|---" + "|--:" * 10 + "|"]
    for one in figures:
        kept = " | ".join(percent(one.kept.get(band)) for band in BANDS)
        share = percent(one.objective / bound.objective) if bound else ""
        lines.append(
            f"| {NAMES[one.policy]} | {kept} | {_late(one.late)} | {one.fit:.1f} | {one.over:,.0f}"
            f" | {percent(one.unplaced)} | {one.objective:,} | {share} |"
        )
    if bound:
        kept = " | ".join(percent(bound.kept.get(band)) for band in BANDS)
        lines.append(
            f"| hindsight (no policy is worth more) | {kept} | | {bound.fit:.1f} | 0"
            f" | {percent(bound.unplaced)} | {bound.objective:,} | 100.0 % |"
        )
    return "\n".join(lines)


def said(scenario: str, ours: Figures, bound: Bound, most: Mapping[str, float]) -> str:
    """Whether ours reaches what it should, and what the bound forbids."""
    sentences = []
    for band in ("P1", "P2"):
        kept = ours.kept.get(band, 1.0)
        if kept >= URGENT_TARGET:
            sentences.append(f"Ours keeps {percent(kept)} of {band}: the target of 99 % holds.")
        elif most.get(band, 1.0) < URGENT_TARGET:
            sentences.append(
                f"Ours keeps {percent(kept)} of {band}; nobody could keep more than {percent(most[band])}."
            )
        else:
            sentences.append(f"Ours keeps {percent(kept)} of {band}: the target of 99 % does not hold.")
    share = ours.objective / bound.objective
    if scenario == "steady":
        verdict = "holds" if share >= STEADY_TARGET else "does not hold"
        sentences.append(f"It is worth {percent(share)} of hindsight’s: the target of 98 % {verdict}.")
    limits = [f"{percent(most[band])} of {band}" for band in ("P3", "P4") if most.get(band, 1.0) < 1]
    if limits:
        sentences.append(f"Were there no other band, nobody could keep more than {' and '.join(limits)}.")
    return " ".join(sentences)


def percent(share: float | None) -> str:
    """Never rounded up to all of it."""
    if share is None:
        return "none ran out"
    return f"{min(share, 0.999) if share < 1 else share:.1%}".replace("%", " %")


def _late(late: Sequence[float]) -> str:
    found = spread(late)
    return f"{len(late):,}; " + ", ".join(f"{hours:,.1f}" for hours in found) if found else "0"
