"""The platform's settings, with the benchmark's addresses beside the platform's own. Never part of the product."""

from ohsc.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
