"""A phone is sealed for its row, found by its index, shown by its mask, and never in clear in the table."""

import base64

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from accounts import phones
from accounts.models import User
from xinyu_portal import keys, seal

NUMBER = "13807900042"


def key(letter):
    return base64.b64encode(letter * keys.KEY_BYTES).decode()


@pytest.fixture
def person(db):
    return User.objects.create_user("ling", name="凌小满", phone="138 0790-0042")


def test_the_number_is_in_no_column(person):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_user")
        assert not any(NUMBER in str(column) for row in cursor.fetchall() for column in row)


def test_it_is_found_whole_masked_and_revealed(person):
    assert User.objects.with_phone(NUMBER).get() == person
    assert person.phone_mask == "138****0042"
    assert User.objects.get().reveal_phone() == NUMBER
    assert User.objects.filter(phone_tail_index=seal.index("0042", purpose="phone-tail")).exists()


def test_a_number_moved_to_another_row_cannot_be_opened(person):
    other = User.objects.create_user("thief", name="别人")
    other.phone_sealed = person.phone_sealed
    with pytest.raises(seal.SealBroken):
        other.reveal_phone()


def test_taking_the_number_away_takes_all_of_it(person):
    person.set_phone(None)
    person.save()
    person = User.objects.get()
    assert (person.phone_sealed, person.phone_index, person.phone_tail_index, person.phone_mask) == (None,) * 3 + ("",)
    assert person.reveal_phone() is None


def test_an_older_key_still_opens_what_it_sealed(person, settings):
    settings.FIELD_KEYS = {**settings.FIELD_KEYS, "k2": b"2" * keys.KEY_BYTES}
    assert User.objects.get().reveal_phone() == NUMBER
    person.set_phone(NUMBER)
    assert person.phone_sealed.startswith("k2:")


def test_sealed_rows_without_their_key_stop_the_start(person, settings):
    assert "accounts.E001" not in {found.id for found in run_checks(databases=["default"])}
    settings.FIELD_KEYS = {"k9": b"9" * keys.KEY_BYTES}
    with pytest.raises(SystemCheckError, match="没有这把密钥"):
        call_command("migrate", verbosity=0, skip_checks=False)


@pytest.mark.parametrize("typed", ["１３８０７９００００１", "+86 138 0790 0001", "0086-13807900001", " 13807900001 "])
def test_people_write_numbers_in_many_ways(typed):
    assert phones.clean(typed) == "13807900001"


@pytest.mark.parametrize("typed", ["", "1380790000", "23807900001", "138079000012", "12345678901", "电话"])
def test_what_is_no_mobile_number_is_refused(typed):
    with pytest.raises(ValidationError, match="11 位手机号"):
        phones.clean(typed)


def test_keys_are_made_once_and_read_by_the_next(tmp_path):
    first = keys.embedded(tmp_path / "var")
    assert keys.embedded(tmp_path / "var") == first
    assert (tmp_path / "var" / "secrets.json").stat().st_mode & 0o777 == 0o600
    sealing, index = keys.parse(first["FIELD_KEYS"])
    assert (list(sealing), len(index)) == (["k1"], keys.KEY_BYTES)


@pytest.mark.parametrize(
    "text", ["", "k1:short", f"k1:{key(b'a')}", f"index:{key(b'a')}", f"index:{key(b'a')},k1:???"]
)
def test_unusable_keys_are_refused_at_once(text):
    with pytest.raises(ImproperlyConfigured):
        keys.parse(text)
