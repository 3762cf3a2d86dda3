"""Which addresses does the demonstration add? They follow `/demonstration/`, and are nowhere else."""

from django.urls import path

from ohsc.demo import views

urlpatterns = [path("mail", views.mail, name="demonstration-mail")]
