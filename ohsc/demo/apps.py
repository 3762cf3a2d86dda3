from django.apps import AppConfig


class Demo(AppConfig):
    name = "ohsc.demo"
    label = "demo"
