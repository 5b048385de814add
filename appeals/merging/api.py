from rest_framework import serializers
from rest_framework.decorators import api_view

from appeals.api_doors import act, verb
from appeals.api_shapes import RowIn, VersionIn
from appeals.merging import services
from appeals.models import Appeal
from appeals.workflow import ACTIVE, Verb


class MergeIn(VersionIn):
    lead = RowIn(
        services.PICK_LEAD, queryset=Appeal.objects.filter(status__in=ACTIVE), required=False,
        help_text="主案的 id：地址里的这一件并到它里面。",
    )
    children = serializers.ListField(
        child=RowIn(services.PICK_LEAD, queryset=Appeal.objects.filter(status__in=ACTIVE)), required=False,
        max_length=100, help_text="或者从主案的一边：要并到地址里的这一件的 id。version 是这一件的。",
    )

    def validate(self, data):
        if ("lead" in data) == ("children" in data):
            raise serializers.ValidationError({"lead": services.PICK_LEAD})
        return data


def _merge(appeal, *, lead=None, children=(), **words):
    if lead is not None:
        return services.merge(appeal, lead=lead, **words)
    return services.gather(appeal, children=children, **words)


@verb("并单：地址里的这一件并到主案 lead 里一起办；或把 children 并到这一件里", MergeIn)
@api_view(["POST"])
def merge(request, pk):
    return act(Verb.MERGE, _merge, MergeIn, request, pk)


@verb("撤销并单（从案，答复以前）", VersionIn)
@api_view(["POST"])
def unmerge(request, pk):
    return act(Verb.UNMERGE, services.unmerge, VersionIn, request, pk)
