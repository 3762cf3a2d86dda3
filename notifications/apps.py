from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self):
        from agencies.beyond import beyond
        from agencies.roles import Permission
        from notifications import bell
        from notifications.access import told_of_endpoints, unread
        from notifications.actions.tell import tell_keepers
        from notifications.figures import figures
        from notifications.models import WebhookEndpoint
        from ohsc.core import metrics, navigation, registry

        metrics.add(figures)
        beyond.tell, beyond.ring = tell_keepers, bell.ring_at_commit
        navigation.add(navigation.Place("Inbox", leads_to="inbox", order=50, shortcut="g i", waiting=unread))
        navigation.add_to_menu(
            navigation.Place(
                "Webhooks",
                leads_to="webhooks",
                order=20,
                shown_to=lambda actor: actor.may(Permission.MANAGE_WEBHOOKS),
            )
        )
        registry.register(
            WebhookEndpoint.SUBJECT, told_of=told_of_endpoints, page="/systems/webhooks/{}".format
        )
        navigation.add_to_menu(navigation.Place("E-mail", leads_to="email-choice", order=30))
