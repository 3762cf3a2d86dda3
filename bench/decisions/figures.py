"""How well did it go? The same figures for every policy."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.decisions.desks import HOUR, WEEK
from bench.decisions.world import WAITING, World
from bench.measuring import percentile

BANDS = ("P1", "P2", "P3", "P4")


@dataclass(frozen=True)
class Figures:
    """Of one policy in one scenario.

    kept -- by band, the share of the clocks that end within the year and were kept. urgent -- of P1 and P2 together.
    late -- hours by which P1 and P2 were begun late, those still waiting counted to the end: each of the late ones.
    fit -- the mean, of what was begun. over -- load over capacity, in points times weeks. unplaced -- the share that
    is with no agency at the end. objective -- risk-weighted fit of what was begun; less where it was begun late.
    """

    policy: str
    kept: dict[str, float]
    urgent: float
    late: tuple[float, ...]
    fit: float
    over: float
    unplaced: float
    objective: int


def figures_of(name: str, world: World) -> Figures:
    setting = world.setting
    counted = dict.fromkeys(BANDS, 0)
    kept = dict.fromkeys(BANDS, 0)
    late, fits, objective = [], [], 0
    for one in setting.referrals:
        begun = world.begun[one.number]
        in_time = 0 <= begun <= one.due
        if one.due < setting.ends:
            counted[one.band] += 1
            kept[one.band] += in_time
            if not in_time and one.band in ("P1", "P2"):
                late.append(((begun if begun >= 0 else setting.ends) - one.due) / HOUR)
        if begun >= 0:
            agency = world.where[one.number]
            fits.append(setting.fits[one.number][agency])
            objective += setting.gain(one.number, agency, late=not in_time)
    return Figures(
        name,
        {band: kept[band] / counted[band] for band in BANDS if counted[band]},
        (kept["P1"] + kept["P2"]) / max(1, counted["P1"] + counted["P2"]),
        tuple(late),
        sum(fits) / len(fits),
        sum(shop.over for shop in world.shops) / WEEK,
        sum(state == WAITING for state in world.state) / len(world.state),
        objective,
    )


def spread(late: Sequence[float]) -> tuple[float, float, float] | None:
    """The median, the 95th percentile and the worst."""
    return (percentile(late, 50), percentile(late, 95), max(late)) if late else None
