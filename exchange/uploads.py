"""How does one document come in through a form, when every other form of the platform takes no file?

`settings.FILE_UPLOAD_HANDLERS` refuses all files, so that nobody can fill a disk through the sign-in page. The page
for imports puts `OneDocument` in its place, once the person is known and may import. It keeps one file, in memory,
and only after the length of the whole request was found within the limit: what is longer is never read.
"""

from io import BytesIO

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from exchange.document import SIZE_LIMIT

FIELD = "document"
PASTE_LIMIT = settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # of all fields that are no file
REQUEST_LIMIT = SIZE_LIMIT + PASTE_LIMIT


def is_too_long(request: HttpRequest) -> bool:
    """Known before anything is read. Without a length Django reads nothing at all."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not length.isascii() or not length.isdigit() or int(length) > REQUEST_LIMIT


class OneDocument(FileUploadHandler):
    """The first file of the field `document`, in memory; any other is passed over."""

    def __init__(self, request: HttpRequest | None = None):
        super().__init__(request)
        self.taken = False
        self.content = BytesIO()

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > REQUEST_LIMIT:
            raise RequestDataTooBig("The document is larger than any that is taken.")

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        if self.taken or self.field_name != FIELD:
            raise SkipFile
        self.taken = True

    def receive_data_chunk(self, raw_data, start):
        self.content.write(raw_data)

    def file_complete(self, file_size):
        self.content.seek(0)
        return InMemoryUploadedFile(
            self.content, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )
