"""The person behind a line of a roster: found by ID number or phone and name, or made."""

import uuid

from django.core.exceptions import ValidationError

from accounts.id_numbers import clean as clean_id_number
from accounts.models import User
from accounts.phones import clean as clean_phone
from xinyu_portal.typed import save_unless_there

OTHER_NAME = "这个号码登记的是另一个名字，请对照证件再核对一遍。"
OTHER_NUMBER = "这个人登记的是另一个身份证号，请对照证件再核对一遍。"
TWO_PEOPLE = "手机号和身份证号登记的是两个人，请分别核对。"


def person_of(name, *, phone=None, id_number=None):
    """Return the locked User with this name and these numbers, or a new one. What is given is registered.

    Nobody is found by a name alone. Raises ValidationError by `name`, `phone` or `id_number`.
    """
    name = name.strip()
    if not name:
        raise ValidationError({"name": "请填姓名。"})
    people = User.objects
    by_phone = _one(people.with_phone(_at("phone", clean_phone, phone))) if phone else None
    by_number = _one(people.with_id_number(_at("id_number", clean_id_number, id_number))) if id_number else None
    for field, found in (("phone", by_phone), ("id_number", by_number)):
        if found and found.name != name:
            raise ValidationError({field: OTHER_NAME})
    if by_phone and by_number and by_phone != by_number:
        raise ValidationError({"id_number": TWO_PEOPLE})
    person = by_number or by_phone or User(username=f"p{uuid.uuid4().hex}")
    if person._state.adding:
        person.set_unusable_password()
    person.set_name(name)
    write_numbers(person, phone=phone, id_number=id_number)
    save_unless_there(person, {"phone" if phone else "id_number": "这个号码刚刚有人登记，请再交一次。"})
    return person


def write_numbers(person, *, phone=None, id_number=None):
    """Register what was not registered yet. A number is a way in and a proof: neither is replaced here in passing."""
    if phone and not person.phone_index:
        _at("phone", person.set_phone, phone)
    if id_number:
        if person.id_number_index and person.reveal_id_number() != _at("id_number", clean_id_number, id_number):
            raise ValidationError({"id_number": OTHER_NUMBER})
        _at("id_number", person.set_id_number, id_number)


def _one(people):
    return people.select_for_update().first()


def _at(field, function, value):
    try:
        return function(value)
    except ValidationError as error:
        raise ValidationError({field: error.messages}) from None
