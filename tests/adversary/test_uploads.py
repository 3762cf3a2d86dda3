"""Can somebody nobody knows fill the disk by sending files to a form?"""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

TOO_MUCH = 2 * 1024 * 1024


def test_a_large_file_is_refused_unread(db):
    answer = Browser().post("/account/login/", {"login": SimpleUploadedFile("a.bin", b"x" * TOO_MUCH)})
    assert answer.status_code == 400


def test_a_small_file_is_not_there(db):
    answer = Browser().post("/account/login/", {"login": SimpleUploadedFile("a.bin", b"x")})
    assert answer.status_code == 200
    assert not answer.wsgi_request.FILES
