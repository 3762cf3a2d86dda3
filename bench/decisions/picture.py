"""What do the figures look like? Bars as plain SVG, readable in grey: every bar with its name and its value."""

from collections.abc import Mapping, Sequence
from html import escape

from bench.decisions.arrivals import SCENARIOS
from bench.decisions.figures import Figures
from bench.decisions.report import percent

NAMES = {"fifo": "in turn", "shares": "weighted shares", "greedy": "from the top", "ours": "ours"}
FILLS = {"fifo": "#c9c9c9", "shares": "#b0b0b0", "greedy": "#8f8f8f", "ours": "#222222"}
WIDTH, LEFT, BAR, GAP, ROW = 960, 130, 300, 120, 18
SECOND = LEFT + BAR + GAP


def picture(found: Mapping[str, Sequence[Figures]], bounds: Mapping[str, int]) -> str:
    """One block a scenario: clocks of P1 and P2 kept, and worth against hindsight."""
    parts: list[str] = []
    y = 62
    for scenario, figures in found.items():
        parts.append(_text(16, y, SCENARIOS[scenario], weight="bold"))
        y += 10
        for one in figures:
            worth = one.objective / bounds[scenario]
            parts.append(_text(LEFT - 8, y + 13, NAMES[one.policy], anchor="end", weight=_weight(one.policy)))
            for x, share in ((LEFT, one.urgent), (SECOND, worth)):
                parts += _bar(x, y, share, one.policy)
            y += ROW
        y += 28
    title = "Clocks kept and worth against hindsight, by scenario and policy"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}"'
            f' role="img" aria-label="{title}" font-family="sans-serif" font-size="13" fill="#222222">',
            f"<title>{title}</title>",
            f'<rect width="{WIDTH}" height="{y}" fill="#ffffff"/>',
            _text(LEFT, 28, "Clocks of P1 and P2 kept", weight="bold"),
            _text(SECOND, 28, "Risk-weighted fit, of what hindsight reaches", weight="bold"),
            *parts,
            "</svg>\n",
        ]
    )


def _bar(x: int, y: int, share: float, policy: str) -> list[str]:
    return [
        f'<rect x="{x}" y="{y + 2}" width="{BAR}" height="{ROW - 4}" fill="none" stroke="#dddddd"/>',
        f'<rect x="{x}" y="{y + 2}" width="{BAR * share:.1f}" height="{ROW - 4}" fill="{FILLS[policy]}"/>',
        _text(x + BAR + 8, y + 13, percent(share), weight=_weight(policy)),
    ]


def _weight(policy: str) -> str:
    return "bold" if policy == "ours" else "normal"


def _text(x: int, y: int, words: str, *, anchor: str = "start", weight: str = "normal") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-weight="{weight}">{escape(words)}</text>'
