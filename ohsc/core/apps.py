from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "ohsc.core"
    label = "core"

    def ready(self):
        from ohsc.core import checks  # noqa: F401  (registers the check)
