from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self):
        from notifications.access import count_unread
        from ohsc.core import navigation

        navigation.add(
            navigation.Place("Inbox", leads_to="inbox", order=50, shortcut="g i", count=count_unread)
        )
        navigation.add_to_menu(navigation.Place("E-mail", leads_to="email-choice", order=30))
