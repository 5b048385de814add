"""Whom the committee lets step back: who holds an office or looks after anchors, or a branch."""

from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Prefetch, Q

from anchors.registry.models import Anchor
from appeals.forms import VerbForm, Words
from appeals.models import TEXT_LIMIT
from branches.organisation.models import Branch, Post

NOBODY_SUCH = "请从列出来的人里选。"


class _Person(forms.ModelChoiceField):
    def label_from_instance(self, user):
        """姓名 · 支部书记（万商红）; the name alone of a contact without an office."""
        posts = [f"{post.title}（{post.branch.short_name}）" if post.branch else post.title for post in user.held]
        return " · ".join([user.name, *posts])


class RecuseForm(VerbForm):
    person = _Person(
        get_user_model().objects.none(), label="哪个人", required=False, empty_label="不是一个人",
        error_messages={"invalid_choice": NOBODY_SUCH},
    )
    branch = forms.ModelChoiceField(
        Branch.objects.all(), label="或者哪个支部", required=False, empty_label="不是一个支部",
        help_text="选支部，就是它现在和以后任职的每个人。", error_messages={"invalid_choice": "请选一个支部。"},
    )
    text = Words(
        max_length=TEXT_LIMIT, required="请写一句为什么要回避。", label="为什么回避", help_text="只给办理的人看。"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        posts, looks_after = Post.objects.current(), Anchor.objects.filter(contact=OuterRef("pk"))
        people = get_user_model().objects.filter(Q(Exists(posts.filter(user=OuterRef("pk")))) | Exists(looks_after))
        held = Prefetch("posts", posts.select_related("branch"), to_attr="held")
        self.fields["person"].queryset = people.prefetch_related(held).order_by("pk")
