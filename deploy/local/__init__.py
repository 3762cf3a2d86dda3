"""Run the whole of OHSC on one machine: what `make demo` and `make test` do.

Nothing here imports Django or is imported by it. The launcher starts PostgreSQL, a Redis-protocol server, the
web server, the worker and the clock, watches over them, and leaves no process behind.
"""
