"""The entrance for the web server. It does not start with a login that row-level security would not bind, nor with
an address that does not say whom it serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ohsc.settings")
application = get_wsgi_application()

from agencies.checks import refuse_undeclared_needs  # noqa: E402  (Django must be set up first)
from ohsc.core.checks import refuse_an_unbound_login  # noqa: E402

refuse_an_unbound_login()
refuse_undeclared_needs()
