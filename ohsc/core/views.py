"""What is said when nothing more particular can be: refused forms, health."""

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from redis import Redis, RedisError


def csrf_failure(request, reason=""):
    """The form was sent from another page or after signing out; what was typed is still in the browser."""
    return render(request, "403.html", {"form_expired": True}, status=403)


@require_safe
def healthz(request):
    """The process answers."""
    return JsonResponse({"status": "alive"})


@require_safe
def readyz(request):
    """Able to serve: the database answers and its schema is the code's. The broker is told of, but intake
    goes on without it, so it does not take this instance out of service."""
    facts = {"database": _database(), "broker": _broker()}
    ready = facts["database"] == "ok"
    return JsonResponse({"status": "ready" if ready else "not ready", **facts}, status=200 if ready else 503)


def _database() -> str:
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Error:
        return "unreachable"
    return f"{len(waiting)} migrations not applied" if waiting else "ok"


def _broker() -> str:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as redis:
            redis.ping()
    except (RedisError, OSError):
        return "unreachable"
    return "ok"
