"""Which sign-in service of its own does an agency have?"""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse
from django.utils import timezone

from agencies.actions.outside import IdentityRefused, end_service, keep_service
from agencies.models import Agency
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK


class Command(BaseCommand):
    help = (
        "Keep or end an agency's own sign-in service (OpenID Connect). Its people bind themselves to it on “Your "
        "sign-in”; by nothing else, and never by their e-mail address. A second factor is asked all the same."
    )

    def add_arguments(self, parser):
        parser.add_argument("slug", help="the agency's short name")
        parser.add_argument("--issuer", help="the service's issuer, letter by letter as it says it")
        parser.add_argument("--client-id", help="the id the service gave us")
        parser.add_argument("--secret-file", type=Path, help="a file that holds the secret it gave us")
        parser.add_argument("--end", action="store_true", help="the agency has none any more")

    def handle(self, *, slug, issuer, client_id, secret_file, end, **options):
        with acting_as(CLOCK):
            agency = Agency.objects.filter(slug=slug).first()
            if agency is None:
                raise CommandError(f"There is no agency {slug}.")
            if end:
                had = end_service(agency, by=CLOCK, at=timezone.now())
                self.stdout.write("Ended." if had else "There was none.")
                return
            if not (issuer and client_id and secret_file):
                raise CommandError("Give --issuer, --client-id and --secret-file, or --end.")
            try:
                secret = secret_file.read_text().strip()
                keep_service(
                    agency, issuer=issuer, client_id=client_id, secret=secret, by=CLOCK, at=timezone.now()
                )
            except (OSError, IdentityRefused) as error:
                raise CommandError(str(error)) from error
        self.stdout.write(f"Kept. The service sends people back to {_address('account_service_back', slug)}")
        self.stdout.write(f"The agency's people begin at {_address('account_service', slug)}")


def _address(name: str, slug: str) -> str:
    return f"{settings.BASE_URL}{reverse(name, args=[slug])}"
