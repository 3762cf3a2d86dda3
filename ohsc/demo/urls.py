"""Which addresses does the demonstration add? They follow `/demonstration/`, and are nowhere else."""

from ohsc.core.routes import SIGNED_IN, route
from ohsc.demo import views

urlpatterns = [route("mail", views.mail, name="demonstration-mail", needs=SIGNED_IN)]
