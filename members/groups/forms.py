from django import forms

from members.models import Member
from members.roster.forms import OfBranchMixin, text
from xinyu_portal.typed import RowsField, VersionField, sentences

OTHERS = "有人不在这个支部，请重新勾选。"


class FoundForm(OfBranchMixin):
    name = text("名称", 20, "请填名称，如“第一党小组”。")

    def __init__(self, user, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_branches(user)


class ArrangeForm(forms.Form):
    name = text("名称", 20, "请填名称，如“第一党小组”。")
    members = RowsField(None, OTHERS, label="组员", required=False, widget=forms.CheckboxSelectMultiple)
    leader = forms.ModelChoiceField(
        queryset=None, label="组长", required=False, empty_label="还没有", error_messages=sentences()
    )
    version = VersionField()

    def __init__(self, *args, group, **kwargs):
        super().__init__(*args, initial={
            "version": group.version, "name": group.name, "leader": group.leader_id,
            "members": [row.pk for row in group.members.all()],
        }, **kwargs)
        people = Member.objects.in_branch().filter(branch=group.branch_id).select_related("user", "group")
        for name in ("members", "leader"):
            self.fields[name].queryset = people.order_by("pk")
        self.fields["members"].label_from_instance = lambda row: _called(row, group)
        self.fields["leader"].label_from_instance = lambda row: row.user.name


def _called(row, group):
    """The name, and where they are now if that is another group."""
    return f"{row.user.name}（{row.group.name}）" if row.group_id not in (None, group.pk) else row.user.name
