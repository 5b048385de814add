"""As many anchors as one likes, invented by a fixed seed, across branches, townships, firms and platforms."""

import random
from datetime import date, timedelta

from django.db import connection
from django.utils import timezone

from accounts.models import Consent, User
from anchors.census.models import Entry, Round
from anchors.registry.models import Anchor, Declaration, PlatformAccount, words_of
from branches.organisation.models import Division, Enterprise

SURNAMES, GIVEN = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗", "小明华丽娟强军洋艳勇杰涛芳静敏红云霞平刚"
STEP = 5000
FIRMS = 300
CONTACTS = 2000
ROUND = date(2026, 1, 1)


def fill(city, number):
    """Add `number` anchors with an account each; seven of ten have a contact, one of two hundred takes consent back."""
    chance = random.Random(1)
    firms = Enterprise.objects.bulk_create([Enterprise(name=f"企业{n}", kind="MCN") for n in range(FIRMS)])
    contacts = [city.member, *User.objects.bulk_create(
        [User(username=f"c{n}", name=f"党员{n}", password="!") for n in range(CONTACTS)]
    )]
    places = list(Division.objects.exclude(kind="city"))
    before, this = (Round.objects.create(name=name, opened_on=day) for name, day in
                    (("上一轮", ROUND - timedelta(180)), ("这一轮", ROUND)))
    for start in range(0, number, STEP):
        some = range(start, min(start + STEP, number))
        names = [chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN) for _ in some]
        users = User.objects.bulk_create(
            [User(username=f"t{n}", name=name, password="!", phone_mask="138****0000")
             for n, name in zip(some, names, strict=True)]
        )
        anchors = Anchor.objects.bulk_create([_anchor(city, user, chance, firms, places, contacts) for user in users])
        accounts = PlatformAccount.objects.bulk_create([_account(anchor, chance) for anchor in anchors])
        Declaration.objects.bulk_create(
            [Declaration(account=one, followers_band=one.followers_band, as_of=one.as_of) for one in accounts]
        )
        Entry.objects.bulk_create([Entry(round=before, anchor=anchor) for anchor in anchors])
        Entry.objects.bulk_create([Entry(round=this, anchor=anchor) for anchor in anchors if chance.random() < 0.6])
        now = timezone.now()
        Consent.objects.bulk_create(
            [Consent(user=user, text_version="1", given_at=now, withdrawn_at=now) for user in users[::200]]
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return this


def _anchor(city, user, chance, firms, places, contacts):
    stage_name = f"{user.name}直播"
    return Anchor(
        user=user, stage_name=stage_name, division=chance.choice(places), enterprise=chance.choice(firms),
        branch=chance.choice((city.branch, city.other_branch, None)),
        contact=chance.choice(contacts) if chance.random() < 0.7 else None, kind=chance.choice(Anchor.Kind.values),
        enrolled_on=date(2024, 1, 1) + timedelta(chance.randrange(900)),
        words=words_of(user.name, stage_name, [stage_name]),
    )


def _account(anchor, chance):
    return PlatformAccount(
        anchor=anchor, nickname=anchor.stage_name, platform=chance.choice(PlatformAccount.Platform.values),
        genre=chance.choice(PlatformAccount.Genre.values), followers_band=chance.choice(PlatformAccount.Band.values),
        as_of=date(2026, 1, 1),
    )
