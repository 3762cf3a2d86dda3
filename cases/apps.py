from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self):
        from cases.naming import CASES
        from ohsc.core import names

        names.register("case", CASES)
