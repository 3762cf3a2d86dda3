from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "exchange"

    def ready(self):
        from agencies.roles import Permission
        from ohsc.core.navigation import Place, add_to_menu

        # The page stands at the roof, which is no app; its place in the menu is named by the app just below.
        add_to_menu(
            Place(
                "Try a call",
                leads_to="console",
                order=25,
                shown_to=lambda actor: actor.may(Permission.MANAGE_WEBHOOKS),
            )
        )
