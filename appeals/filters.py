"""How a work list is narrowed. A condition, not a queryset: rows and tab counts are narrowed by the same one."""

from django import forms
from django.db.models import Q

from appeals.querysets import asked_for, with_me
from appeals.workflow import Level


class WorkFilter(forms.Form):
    q = forms.CharField(required=False, max_length=60, label="找诉求")
    category = forms.CharField(required=False, max_length=4, label="类别")
    level = forms.ChoiceField(required=False, choices=[("", "各级都看"), *Level.choices], label="在哪一级")
    holder = forms.ChoiceField(
        required=False, choices=[("", "谁在办都看"), ("us", "轮到我们的"), ("me", "我主办的")], label="谁在办"
    )

    def narrowing(self, user):
        """What is wrong in the address narrows nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        found = Q()
        if text := wanted.get("q", "").strip():
            found &= asked_for(text, user)
        if code := wanted.get("category"):
            found &= Q(category=code) | Q(category__parent=code)
        if level := wanted.get("level"):
            found &= Q(current__level=level)
        if holder := wanted.get("holder"):
            found &= with_me(user) if holder == "us" else Q(current__holder=user)
        return found

    @property
    def narrowed(self):
        return any(self.cleaned_data.values())
