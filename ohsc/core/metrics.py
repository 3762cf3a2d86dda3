"""How does the installation do, in figures? For an operator's collector, in Prometheus' text form.

Each app adds what it measures in `ready()`: the floor knows no referral. Figures are counts and ages; no name, no id
and no agency is in them, so reading them is no disclosure and leaves no audit event.

Requests are counted in the process that answers them. Gunicorn's processes count into files that they share
(deploy/gunicorn.conf.py names the folder), and whichever is asked adds them up.
"""

import logging
import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from ohsc.core.heartbeats import beats

log = logging.getLogger(__name__)

SHARED = "PROMETHEUS_MULTIPROC_DIR"
SLOT = "OHSC_WEB_SLOT"  # a web process's number; one that takes another's place goes on with its files
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MOST = 10_000  # a count goes no further: past that, more is no news, and the statement stays cheap
PATIENCE = "2s"  # for each statement; the figures must not burden a system that already suffers

Measure = Callable[[datetime], Iterable[Metric]]
_measures: list[Measure] = []

if SHARED in os.environ:
    values.ValueClass = values.MultiProcessValue(lambda: os.environ[SLOT])

_of_this_process = CollectorRegistry()
_requests = Counter(
    "ohsc_http_requests",
    "Requests answered, by route, method and class of status.",
    ["route", "method", "status"],
    registry=_of_this_process,
)
_seconds = Histogram(
    "ohsc_http_request_seconds",
    "How long requests took, by route and method.",
    ["route", "method"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
    registry=_of_this_process,
)


def add(measure: Measure) -> None:
    """`measure(at)` gives figures; it is called under `acting_as(CLOCK)` with few, cheap statements."""
    _measures.append(measure)


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    _requests.labels(route, method, f"{status // 100}xx").inc()
    _seconds.labels(route, method).observe(seconds)


def gauge(name: str, says: str, figures: Iterable[tuple[Iterable[str], float]], labels: Iterable[str] = ()):
    """One figure, or one for each combination of labels."""
    family = GaugeMetricFamily(name, says, labels=tuple(labels))
    for label_values, figure in figures:
        family.add_metric(tuple(label_values), figure)
    return family


def exposition() -> bytes:
    """All figures, as a collector reads them."""
    if SHARED in os.environ:
        counted = CollectorRegistry()
        MultiProcessCollector(counted)
    else:
        counted = _of_this_process
    asked = CollectorRegistry(auto_describe=False)
    asked.register(_Asked())
    return generate_latest(counted) + generate_latest(asked)


class _Asked(Collector):
    """What is measured when it is asked for. A database that does not answer is a figure too."""

    def collect(self) -> Iterator[Metric]:
        began = time.monotonic()
        try:
            figures = list(_from_the_database(timezone.now()))
        except Error as error:
            log.warning("no figures from the database: %s", type(error).__name__, exc_info=error)
            figures = []
        yield from figures
        yield gauge("ohsc_database_up", "1: the database gave the figures.", [((), bool(figures))])
        yield gauge("ohsc_figures_seconds", "How long these figures took.", [((), time.monotonic() - began)])
        about = (settings.VERSION, settings.BUILD, platform.python_version())
        yield gauge("ohsc_build_info", "What runs here.", [(about, 1)], ["version", "build", "python"])


def _from_the_database(at: datetime) -> Iterator[Metric]:
    with acting_as(CLOCK):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
        for measure in _measures:
            yield from measure(at)
        jobs = beats(at=at)
    seen = [((job.job,), job.age) for job in jobs if job.age is not None]
    yield gauge("ohsc_clock_job_age_seconds", "Since each job of the clock was last done.", seen, ["job"])
    every = [((job.job,), job.every) for job in jobs if job.every is not None]
    yield gauge("ohsc_clock_job_every_seconds", "How often each should be done.", every, ["job"])
