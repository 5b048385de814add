from django import forms

from anchors.contacts.models import ContactWish, ServiceLog

_CHOOSE = "请选一位党员。"
_LIST = "请至少选一位党员。"



class AssignForm(forms.Form):
    """`candidates` are Members; `seen` is the id of the contact that the page showed, 0 for none."""

    member = forms.TypedChoiceField(
        label="请谁联系", coerce=int, widget=forms.RadioSelect,
        error_messages={"required": _CHOOSE, "invalid_choice": "请从列出的党员里选。"},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {member.user_id: member.user for member in candidates}
        self.fields["member"].choices = [(pk, person.name) for pk, person in self.people.items()]


class SpreadForm(forms.Form):
    members = forms.TypedMultipleChoiceField(
        label="分给哪些党员", coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _LIST, "invalid_choice": "请从列出的党员里选。", "invalid_list": _LIST},
    )
    mark = forms.CharField(max_length=32, widget=forms.HiddenInput, required=False)

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {member.user_id: member.user for member in candidates}
        self.fields["members"].choices = [(pk, person.name) for pk, person in self.people.items()]


class WishForm(forms.Form):
    why = forms.ChoiceField(
        label="为什么想换", required=False, widget=forms.RadioSelect,
        choices=[*ContactWish.Reason.choices, ("", "不想说")],
        error_messages={"invalid_choice": "请从列出的原因里选，也可以不选。"},
    )


class LogForm(forms.Form):
    channel = forms.ChoiceField(
        label="怎么联系的", choices=ServiceLog.Channel.choices,
        error_messages={"required": "请选怎么联系的。", "invalid_choice": "请从列出的方式里选。"},
    )
    topic = forms.ChoiceField(
        label="哪类事", choices=ServiceLog.Topic.choices,
        error_messages={"required": "请选是哪类事。", "invalid_choice": "请从列出的事项里选。"},
    )
