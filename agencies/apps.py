from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    name = "agencies"

    def ready(self):
        from ohsc.core.navigation import Place, add

        add(Place("Agencies", leads_to="agencies", order=47, shortcut="g a"))
