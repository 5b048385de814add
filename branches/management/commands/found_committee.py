from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from accounts import codes, phones
from accounts.models import AuditEvent, User
from accounts.services import issue_code
from branches.organisation.models import Committee, Post, Role

NAME = "新余市网络直播行业党委"


class Command(BaseCommand):
    help = (
        "Enter the industry's Party committee and its secretary in a new portal, and print the activation code by which"
        " the secretary sets a password. Everybody else is entered in the browser. Exits 2 where one stands already."
    )

    def add_arguments(self, parser):
        parser.add_argument("secretary", help="the secretary's name")
        parser.add_argument("phone", help="the secretary's mobile, eleven digits: the login")
        parser.add_argument("--name", default=NAME, help=f"of the committee; {NAME}")

    @transaction.atomic
    def handle(self, *, secretary, phone, name, **options):
        if Committee.objects.exists():
            raise CommandError("A committee stands already.", returncode=2)
        try:
            phone = phones.clean(phone)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        today = timezone.localdate()
        committee = Committee.objects.create(name=name)
        person = User.objects.with_phone(phone).first() or User.objects.create_user(
            f"committee-{committee.pk}-secretary", name=secretary.strip(), phone=phone
        )
        post = Post.objects.create(user=person, role=Role.SECRETARY, committee=committee, since=today)
        AuditEvent.objects.create(
            kind=AuditEvent.Kind.SETTING, office="命令行", subject_type=post._meta.label_lower,
            subject_id=str(post.pk), facts={"what": "appointed", "person": person.pk, "role": post.role},
        )
        _, code = issue_code(person, issued_by=None)
        self.stdout.write(f"{name}: {person.name}, activation code {codes.shown(code)}, 7 days, at /activate/")
