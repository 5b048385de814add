"""Photos and PDFs: what is let in, what is kept of it, and who opens it."""

import hashlib
import io
import os
import time
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from PIL import Image

from appeals import services
from appeals.attachments import store
from appeals.attachments.inspecting import LARGEST, inspect
from appeals.models import Appeal, Attachment, Event
from tests import photos
from tests.api_client import Caller
from tests.factories import submit_appeal

pytestmark = pytest.mark.django_db

WORDS = {"category": "A", "body": "昨天到的鞋压坏了。", "kind": "appeal", "agree": "on"}


def opened(data):
    return Image.open(io.BytesIO(data))


class TestWhatIsLetIn:
    @pytest.mark.parametrize(("name", "declared", "data"), [
        ("a.jpg", "image/jpeg", photos.picture()), ("A.JPEG", "image/jpeg", photos.picture()),
        ("a.png", "image/png", photos.picture("PNG")), ("a.webp", "image/webp", photos.picture("WEBP")),
        ("a.pdf", "application/pdf", photos.PDF),
    ])
    def test_photos_and_pdfs(self, name, declared, data):
        assert inspect(name, declared, data).data

    REFUSED = {
        "an HTML page named .jpg": ("页面.jpg", "image/jpeg", photos.HTML),
        "an SVG": ("图.svg", "image/svg+xml", photos.SVG),
        "an SVG named .png": ("图.png", "image/png", photos.SVG),
        "a PNG named .jpg": ("图.jpg", "image/jpeg", photos.picture("PNG")),
        "a JPEG declared as PNG": ("图.jpg", "image/png", photos.picture()),
        "a JPEG without a declared type": ("图.jpg", "", photos.picture()),
        "a JPEG without an extension": ("图", "image/jpeg", photos.picture()),
        "an archive behind a photo": ("图.jpg", "image/jpeg", photos.polyglot()),
        "a PDF with something before it": ("表.pdf", "application/pdf", photos.HTML + photos.PDF),
        "a PDF with something behind it": ("表.pdf", "application/pdf", photos.PDF + photos.HTML),
        "half a PDF": ("表.pdf", "application/pdf", photos.PDF[:30]),
        "half a photo": ("图.jpg", "image/jpeg", photos.picture()[:400]),
        "a moving picture": ("图.webp", "image/webp", photos.animated()),
        "a bomb": ("图.png", "image/png", photos.bomb()),
        "nothing": ("图.jpg", "image/jpeg", b""),
        "11 MB": ("图.jpg", "image/jpeg", photos.picture() + b"\0" * 11 * 1024 * 1024),
        "a sound": ("话.mp3", "audio/mpeg", b"ID3\x04" + b"\0" * 200),
        "a HEIC": ("IMG_1.HEIC", "image/heic", b"\0\0\0\x18ftypheic" + b"\0" * 200),
    }

    @pytest.mark.parametrize("what", REFUSED)
    def test_everything_else_is_refused_by_name(self, what):
        name, declared, data = self.REFUSED[what]
        with pytest.raises(ValidationError) as refused:
            inspect(name, declared, data)
        assert name in refused.value.messages[0]

    @pytest.mark.parametrize(("name", "data", "said"), [
        ("图.jpg", b"\0" * 200, "打不开，可能坏了，也可能不是照片"), ("图.PNG", photos.HTML, "也可能不是照片"),
        ("图", b"\xff\xd8\0\0" + b"\0" * 200, "打不开，可能坏了"),
        ("图.jpg", photos.picture()[:400], "打不开，可能坏了"),
        ("表.pdf", b"\0" * 200, "也可能不是 PDF"),
        ("话.mp3", b"ID3\x04" + b"\0" * 200, "只收照片（JPG、PNG、WebP）和 PDF"),
    ])
    def test_what_is_damaged_is_not_told_to_be_of_another_kind(self, name, data, said):
        with pytest.raises(ValidationError) as refused:
            inspect(name, "image/jpeg", data)
        assert said in refused.value.messages[0]
        assert ("只收照片" in said) == ("只收照片" in refused.value.messages[0])

    def test_of_a_photo_only_the_picture_is_kept_upright_and_smaller(self):
        original = photos.located((4000, 3000))
        assert opened(original).getexif().get_ifd(photos.GPS)
        kept = inspect("a.jpg", "image/jpeg", original)
        for data, longest in ((kept.data, 2560), (kept.thumb, 320)):
            picture = opened(data)
            assert picture.size == (longest * 3 // 4, longest)  # it lay on its side
            assert not picture.getexif() and b"Exif" not in data and b"back door" not in data
        assert len(kept.data) <= LARGEST

    def test_a_transparent_png_stays_transparent(self):
        out = io.BytesIO()
        Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(out, format="PNG")
        assert opened(inspect("a.png", "image/png", out.getvalue()).data).mode == "RGBA"

    def test_a_name_is_the_last_part_of_a_path_and_not_endless(self):
        assert inspect("../../etc/网点.jpg", "image/jpeg", photos.picture()).name == "网点.jpg"
        long = inspect("长" * 300 + ".jpg", "image/jpeg", photos.picture()).name
        assert len(long) == 120 and long.endswith(".jpg")


class TestBothDoors:
    def test_an_anchor_sends_photos_with_a_new_appeal(self, city, sign_in):
        files = [photos.upload(photos.located()), photos.upload(photos.PDF, "合同.pdf", "application/pdf")]
        answer = sign_in(city.anchor).post(
            reverse("appeals:new"), {**WORDS, "submit_key": uuid.uuid4(), "files": files}
        )
        appeal = Appeal.objects.get()
        assert answer.status_code == 302
        one, two = Attachment.objects.all()
        event = Event.objects.get()
        assert (one.name, one.kind, two.kind, one.event, one.by) == ("网点.jpg", "jpeg", "pdf", event, city.anchor)
        assert event.facts["attachments"] == [
            {"sha256": file.sha256, "size": file.size, "kind": file.kind} for file in (one, two)
        ]
        for file in (one, two):
            path = store.path_of(file.uuid)
            assert hashlib.sha256(path.read_bytes()).hexdigest() == file.sha256
            assert path.stat().st_mode & 0o777 == 0o600
        page = sign_in(city.anchor).get(reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert page.index("网点.jpg") < page.index("合同.pdf")

    def test_a_program_sends_them_as_multipart_on_the_same_verb(self, city):
        appeal = submit_appeal(city)
        caller = Caller(city.member)
        answer = caller.post(
            reverse("api:reply", args=[appeal.pk]),
            {"version": 1, "text": "赔 300 元。", "files": [photos.upload(), photos.upload(name="二.jpg")]},
            format="multipart",
        )
        assert answer.status_code == 200, answer.content
        line = caller.fetch(f"appeals/{appeal.pk}/trail/").json()["results"][-1]
        assert [file["name"] for file in line["attachments"]] == ["网点.jpg", "二.jpg"]
        picture = caller.get(line["attachments"][0]["url"])
        assert hashlib.sha256(picture.getvalue()).hexdigest() == line["facts"]["attachments"][0]["sha256"]

    def test_a_program_that_names_files_in_json_is_told(self, city):
        appeal = submit_appeal(city)
        answer = Caller(city.member).send(f"appeals/{appeal.pk}/reply/", {"version": 1, "text": "赔。", "files": ["a"]})
        assert answer.status_code == 400 and "multipart" in answer.json()["files"][0]

    def test_one_refused_file_is_named_and_the_words_stay(self, city, sign_in):
        files = [photos.upload(), photos.upload(photos.HTML, "页面.jpg")]
        answer = sign_in(city.anchor).post(
            reverse("appeals:new"), {**WORDS, "submit_key": uuid.uuid4(), "files": files}
        )
        page = answer.content.decode()
        assert answer.status_code == 400 and not Appeal.objects.exists()
        assert "“页面.jpg”" in page and WORDS["body"] in page and "请重新选一次" in page

    def test_ten_files_are_too_many(self, city, sign_in):
        files = [photos.upload(photos.PDF, f"{n}.pdf", "application/pdf") for n in range(10)]
        answer = sign_in(city.anchor).post(
            reverse("appeals:new"), {**WORDS, "submit_key": uuid.uuid4(), "files": files}
        )
        assert answer.status_code == 400 and "一次最多 9 个文件，您选了 10 个。" in answer.content.decode()

    def test_what_is_refused_by_the_verb_leaves_no_file(self, city, sign_in):
        appeal = submit_appeal(city)
        before = sorted(store.folder().glob("*/*"))
        answer = sign_in(city.member).post(
            reverse("appeals:reply", args=[appeal.pk]), {"version": 0, "text": "赔。", "files": [photos.upload()]}
        )
        assert answer.status_code == 409 and "请重新选一次" in answer.content.decode()
        assert sorted(store.folder().glob("*/*")) == before

    def test_a_second_click_keeps_the_first_files_alone(self, city, sign_in):
        key, before = uuid.uuid4(), len(list(store.folder().glob("*/*")))
        for _ in range(2):
            answer = sign_in(city.anchor).post(
                reverse("appeals:new"), {**WORDS, "submit_key": key, "files": [photos.upload()]}
            )
            assert answer.status_code == 302
        assert Attachment.objects.count() == 1
        assert len(list(store.folder().glob("*/*"))) == before + 2  # it and its thumbnail

    def test_a_request_beyond_all_measure_is_a_sentence(self, city, sign_in):
        client = sign_in(city.anchor)
        for address, said in ((reverse("appeals:new"), "草稿"), ("/api/v1/appeals/", "太大")):
            answer = client.generic(
                "POST", address, b"--x--", content_type="multipart/form-data; boundary=x",
                CONTENT_LENGTH=str(300 * 1024 * 1024), HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()),
            )
            body = answer.json()["detail"] if address.startswith("/api/") else answer.content.decode()
            assert answer.status_code == 400 and said in body


class TestWhoOpensIt:
    @pytest.fixture
    def appeal(self, city):
        appeal = submit_appeal(city, files=photos.stored("林小禾的店.jpg"))
        return services.note(appeal, actor=city.member, text="留个底。", internal=True, files=photos.stored("底单.jpg"))

    def status(self, sign_in, user, appeal, file, **query):
        return sign_in(user).get(reverse("appeals:attachment", args=[appeal.pk, file.uuid]), query).status_code

    def test_internal_files_are_for_those_who_read_internal_words(self, city, appeal, sign_in):
        public, inner = Attachment.objects.all()
        assert (public.internal, inner.internal) == (False, True)
        for user, sees in ((city.anchor, (200, 404)), (city.member, (200, 200)), (city.staff, (200, 200)),
                           (city.secretary, (404, 404)), (city.clerk, (404, 404)), (city.auditor, (404, 404)),
                           (city.other_anchor, (404, 404))):
            assert tuple(self.status(sign_in, user, appeal, file) for file in (public, inner)) == sees, user.username

    def test_the_anchors_page_and_trail_show_no_internal_file(self, city, appeal, sign_in):
        page = sign_in(city.anchor).get(reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert "林小禾的店.jpg" in page and "底单.jpg" not in page
        lines = Caller(city.anchor).fetch(f"appeals/{appeal.pk}/trail/").json()["results"]
        assert [len(line["attachments"]) for line in lines] == [1, 0]

    def test_a_file_of_another_appeal_is_not_found(self, city, appeal, sign_in):
        other = submit_appeal(city)
        assert self.status(sign_in, city.anchor, other, Attachment.objects.first()) == 404

    def test_a_browser_runs_nothing_of_it_and_keeps_nothing(self, city, appeal, sign_in):
        address = reverse("appeals:attachment", args=[appeal.pk, Attachment.objects.first().uuid])
        answer = sign_in(city.member).get(address)
        assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
        assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
        assert answer["Content-Disposition"].startswith("inline")
        small = sign_in(city.member).get(address, {"size": "small"})
        assert max(opened(small.getvalue()).size) == 320

    def test_a_pdf_is_only_downloaded(self, city, sign_in):
        pdf = store.keep(inspect("合同.pdf", "application/pdf", photos.PDF))
        appeal = submit_appeal(city, files=[pdf])
        answer = sign_in(city.member).get(reverse("appeals:attachment", args=[appeal.pk, pdf.uuid]))
        assert answer["Content-Disposition"].startswith("attachment") and answer.getvalue() == photos.PDF

    def test_the_name_of_a_confidential_anchors_file_stays_with_the_committee(self, city, sign_in):
        own = "林小禾的店.jpg"
        appeal = submit_appeal(city, files=photos.stored(own))
        Appeal.objects.update(confidentiality="confidential")
        for user, name in ((city.member, "照片 1.jpg"), (city.staff, own), (city.anchor, own)):
            page = sign_in(user).get(reverse("appeals:detail", args=[appeal.pk])).content.decode()
            assert f'alt="{name}"' in page, user.username


class TestReconciling:
    def run(self, capsys, **options):
        call_command("reconcile_attachments", **options)
        return capsys.readouterr().out

    @pytest.fixture(autouse=True)
    def an_empty_store(self, settings, tmp_path):
        settings.ATTACHMENTS = tmp_path

    def test_an_old_file_without_row_is_told_and_removed_when_asked(self, capsys, db):
        [lost] = photos.stored()
        assert str(lost.uuid) not in self.run(capsys)  # it is young: its transaction may be on its way
        for path in store.folder().glob("*/*"):
            os.utime(path, (time.time() - 2 * 86400,) * 2)
        assert str(lost.uuid) in self.run(capsys) and store.path_of(lost.uuid).exists()
        self.run(capsys, delete=True)
        assert list(store.folder().glob("*/*")) == []

    def test_a_row_without_its_file_is_a_loss(self, city, capsys):
        submit_appeal(city, files=photos.stored())
        assert "every row has its file" in self.run(capsys)
        path = store.path_of(Attachment.objects.get().uuid)
        path.write_bytes(path.read_bytes()[:-1] + b"!")
        assert "every row has its file" in self.run(capsys)
        with pytest.raises(CommandError):
            self.run(capsys, hash=True)
        path.unlink()
        with pytest.raises(CommandError):
            self.run(capsys)


class TestByCode:
    """Whoever left no name: files with the appeal and beside what they add, opened by the code alone."""

    @pytest.fixture
    def opened_by_code(self, city, client):
        """The appeal, its code, and a browser in which the code was typed."""
        answer = client.post(
            reverse("appeals:anonymous"),
            {**WORDS, "submit_key": uuid.uuid4(), "files": [photos.upload(photos.located())]},
        )
        assert answer.status_code == 200, answer.content.decode()
        code = answer.context["code"]
        assert client.post(reverse("receipts:receipt"), {"code": code}).status_code == 302
        return Appeal.objects.get(), code, client

    def test_the_code_opens_its_own_files_and_no_others(self, city, opened_by_code):
        _, _, client = opened_by_code
        own, address = Attachment.objects.get(), "receipts:attachment"
        assert own.by is None
        page = client.get(reverse("receipts:receipt")).content.decode()
        there = reverse(address, args=[own.uuid])
        assert there in page and client.get(there).status_code == 200
        assert client.post(there).status_code == 405
        [other] = photos.stored()
        submit_appeal(city, files=[other])
        assert client.get(reverse(address, args=[other.uuid])).status_code == 404
        assert Client().get(there).status_code == 404
        assert client.get(reverse(address, args=[uuid.uuid4()])).status_code == 404

    def test_what_is_internal_stays_with_those_who_work_on_it(self, city, opened_by_code):
        appeal, _, client = opened_by_code
        services.note(appeal, actor=city.staff, text="留个底。", internal=True, files=photos.stored("底单.jpg"))
        inner = Attachment.objects.get(internal=True)
        assert client.get(reverse("receipts:attachment", args=[inner.uuid])).status_code == 404
        assert "底单" not in client.get(reverse("receipts:receipt")).content.decode()

    WRONG = {
        "ten": [photos.PDF] * 10, "11 MB": [photos.picture() + b"\0" * 11 * 1024 * 1024],
        "an archive behind a photo": [photos.polyglot()], "a page named as a photo": [photos.HTML],
    }

    @pytest.mark.parametrize("what", WRONG)
    def test_what_is_refused_with_a_name_is_refused_without(self, opened_by_code, what):
        _, code, client = opened_by_code
        before = sorted(store.folder().glob("*/*"))
        name, declared = ("表.pdf", "application/pdf") if what == "ten" else ("图.jpg", "image/jpeg")
        for address in (reverse("receipts:supplement"), f"/api/v1/receipts/{code}/supplement/"):
            files = [photos.upload(data, name, declared) for data in self.WRONG[what]]
            answer = client.post(address, {"text": "还有这些。", "version": 1, "files": files})
            assert answer.status_code == 400, address
        assert Event.objects.count() == 1 and sorted(store.folder().glob("*/*")) == before

    def test_a_wrong_declared_type_is_refused(self, opened_by_code):
        _, code, client = opened_by_code
        sent = {"text": "还有这张。", "version": 1, "files": [photos.upload(photos.picture(), "图.jpg", "image/png")]}
        assert client.post(f"/api/v1/receipts/{code}/supplement/", sent).status_code == 400
