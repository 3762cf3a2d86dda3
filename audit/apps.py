from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"

    def ready(self):
        from audit.figures import figures
        from ohsc.core import metrics
        from ohsc.core.actor import READ_AUDIT
        from ohsc.core.navigation import Place, add

        metrics.add(figures)
        add(
            Place(
                "Audit",
                leads_to="audit",
                order=60,
                shortcut="g u",
                shown_to=lambda actor: actor.may(READ_AUDIT),
            )
        )
