from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self):
        from notifications.access import count_unread
        from notifications.figures import figures
        from ohsc.core import metrics, navigation

        metrics.add(figures)
        navigation.add(
            navigation.Place("Inbox", leads_to="inbox", order=50, shortcut="g i", count=count_unread)
        )
