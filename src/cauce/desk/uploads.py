"""What a browser sends as a file: kept in memory, within bounds, and understood before anything else is done."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cauce.journal.errors import Refused
from cauce.people.photos import prepared

EACH = 8_000_001  # bytes: one more than a photograph may have, so that a larger one can be told from it
TOGETHER = 48_000_000  # bytes of files in one request
REQUEST = 200_000_000  # bytes of a request: a photograph of each of the largest group, told beside the form if too much


class InMemory(FileUploadHandler):
    """P15: Django would write what is large into a temporary file; a photograph never lies on a disk unsealed.

    What goes beyond the bounds is received and dropped: the file's `size` then says more than it holds.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.left = TOGETHER

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        part = raw_data[: max(0, min(self.left, EACH - self.content.tell()))]
        self.left -= self.content.write(part)
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        self.content.seek(0)
        return InMemoryUploadedFile(
            self.content,
            self.field_name,
            self.file_name or "",
            self.content_type,
            file_size,
            self.charset,
            self.content_type_extra,
        )


class PhotoField(forms.FileField):
    """A picture from a camera or a file, cleaned to the small JPEG that would be kept; None when none was chosen."""

    # Kinds by name: a telephone that writes another format then converts it before it sends.
    widget = forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"})

    def __init__(self, *, required: bool = False, help_text: Any = "") -> None:
        super().__init__(required=required, label=gettext_lazy("Photo"), help_text=help_text)

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        file = super().clean(data, initial)
        if not file:
            return None
        content = file.read()
        if len(content) < min(file.size, EACH):
            raise ValidationError(
                _("The photos of this page are larger than 48 MB together. Add this one later, on the person's page.")
            )
        try:
            return prepared(content)
        except Refused as reason:
            raise ValidationError(str(reason), code=reason.code) from reason
