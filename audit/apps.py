from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self):
        from audit.figures import figures
        from ohsc.core import metrics

        metrics.add(figures)
