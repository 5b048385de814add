"""The appeal of somebody who has no login: said at a poster, filed at once, known later."""

from django.db import transaction

from accounts import phones
from anchors.newcomers import services as newcomers
from anchors.newcomers.models import Newcomer
from appeals import services
from appeals.models import Appeal
from appeals.services import KEY_USED
from xinyu_portal import seal
from xinyu_portal.errors import Conflict


def file(poster, *, name, phone, submit_key, at=None, known=None, **words):
    """File an appeal at a poster's branch as an unconfirmed person. Returns `(appeal, created)`.

    `known` is the Newcomer whom this browser filed as before: the same name and phone stay one person. The same
    `submit_key` with the same name, phone and words answers with the first appeal. Raises as `services.submit`.
    """
    said = {"name": name, "phone": phone, "submit_key": submit_key, **words}
    twin = Appeal.objects.filter(submit_key=submit_key).first()
    if twin is None:
        try:
            return _file(poster, known=known, at=at, **said)
        except Conflict:  # a twin that was faster with the same key; what was written here is gone
            twin = Appeal.objects.filter(submit_key=submit_key).first()
            if twin is None:
                raise
    return _again(twin, **said)


@transaction.atomic
def _file(poster, *, name, phone, submit_key, known, at, **words):
    newcomer = known if known and _is(known, name, phone) else newcomers.enter(
        name=name, phone=phone, branch=poster.branch, station=poster.station, at=at
    )
    anchor = newcomer.anchor
    appeal, created = services.submit(
        anchor, actor=anchor.user, kind=Appeal.Kind.APPEAL, submit_key=submit_key, channel=Appeal.Channel.POSTER,
        at=at, **words,
    )
    if newcomer is not known:
        newcomers.name_login(newcomer, login=appeal.number)
    return appeal, created


def _again(twin, *, name, phone, submit_key, **words):
    newcomer = Newcomer.objects.filter(anchor=twin.anchor_id).first()
    if newcomer is None or not _is(newcomer, name, phone):
        raise Conflict(KEY_USED)  # and nothing of the other person's appeal
    return services.submit(
        twin.anchor, actor=twin.anchor.user, kind=Appeal.Kind.APPEAL, submit_key=submit_key, **words
    )


def _is(newcomer, name, phone):
    """The same person as far as they say; once they are confirmed, they have a login of their own."""
    index = seal.index(phones.clean(phone), purpose="phone")
    return newcomer.phone_index == index and newcomer.anchor.user.name == " ".join(name.split())
