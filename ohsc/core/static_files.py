"""Under which names are static files served? Under the hash of what they hold, so that they may be kept for ever."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Our ES modules name each other, so a name inside a module is changed along with the file it names.

    A module that a browser kept then never meets a newer neighbour it does not fit. Django can do this for
    every script, but other people's scripts name modules that are not there, so it is asked for ours alone.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("ohsc/*.js", CompressedManifestStaticFilesStorage._js_module_import_aggregation_patterns[1]),
    )
