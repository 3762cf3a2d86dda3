"""How is an agency named in a body, and what does the directory say of one?"""

from rest_framework import serializers
from rest_framework.fields import empty

from agencies.directory import agency_called
from agencies.models import Agency, Capability
from ohsc.core.shapes import Text
from ohsc.core.words import Environment, Sector, Skill


class AgencySlug(Text):
    """An agency that takes part, named by its slug; becomes the agency itself."""

    default_error_messages = {
        "unknown": "No agency of that slug takes part. GET /api/v1/agencies lists them.",
        "blank": "It is empty. Give an agency's slug, or leave it out.",
    }

    def __init__(self, **options):
        super().__init__(**{"max_length": 60, "allow_blank": False, **options})

    def run_validation(self, data=empty):
        agency = agency_called(super().run_validation(data), self.context["actor"])
        if agency is None:
            self.fail("unknown")
        return agency

    def to_representation(self, value):
        return value.slug


def agency_shown(agency: Agency) -> dict:
    """One line of the directory."""
    return {
        "slug": agency.slug,
        "name": agency.name,
        "sector": agency.sector,
        "jurisdiction": agency.jurisdiction,
        "environments": agency.environments,
        "is_centre": agency.is_centre,
        "desk": {
            "name": agency.desk_name,
            "phone": agency.desk_phone,
            "email": agency.desk_email,
            "hours": agency.desk_hours,
            "out_of_hours_phone": agency.out_of_hours_phone,
            "time_zone": agency.time_zone,
        },
    }


def capability_shown(capability: Capability) -> dict:
    """One thing an agency can do; `capability.agency` has been fetched with it."""
    return {
        "agency": capability.agency.slug,
        "environment": capability.environment,
        "skill": capability.skill,
        "jurisdiction": capability.jurisdiction,
        "languages": capability.languages,
        "legal_powers": capability.legal_powers,
        "hours": capability.hours,
        "weekly_capacity": capability.weekly_capacity,
    }


class DeskAnswer(serializers.Serializer):
    """Whom to ring."""

    name = serializers.CharField()
    phone = serializers.CharField()
    email = serializers.CharField()
    hours = serializers.CharField()
    out_of_hours_phone = serializers.CharField()
    time_zone = serializers.CharField()


class AgencyAnswer(serializers.Serializer):
    """An agency in the directory."""

    slug = serializers.CharField()
    name = serializers.CharField()
    sector = serializers.ChoiceField(choices=Sector.choices)
    jurisdiction = serializers.CharField()
    environments = serializers.ListField(child=serializers.ChoiceField(choices=Environment.choices))
    is_centre = serializers.BooleanField()
    desk = DeskAnswer()


class CapabilityAnswer(serializers.Serializer):
    """What an agency can do, where, and how much of it in a week."""

    agency = serializers.CharField(help_text="The agency's slug.")
    environment = serializers.ChoiceField(choices=Environment.choices)
    skill = serializers.ChoiceField(choices=Skill.choices)
    jurisdiction = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    legal_powers = serializers.ListField(child=serializers.CharField())
    hours = serializers.CharField()
    weekly_capacity = serializers.IntegerField(
        help_text="Points a week. A referral takes one, or as many as the agency says of its kind."
    )
