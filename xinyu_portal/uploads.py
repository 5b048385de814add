"""How much a request may carry. One file too large is the form's to say; this is for what nobody sends by mistake."""

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

LARGEST_REQUEST = 200 * 1024 * 1024  # nine photos of 10 MB, and as much again, so that the words still arrive
LARGEST_FILE = 32 * 1024 * 1024


class Limited(FileUploadHandler):
    """Refuses a request that is too large before its body is read, and keeps nothing of a file beyond LARGEST_FILE."""

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig

    def receive_data_chunk(self, raw_data, start):
        return raw_data if start < LARGEST_FILE else None  # the rest is read and thrown away

    def file_complete(self, file_size):
        return None
