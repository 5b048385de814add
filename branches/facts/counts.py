"""What this room counts of what the facts quote."""

from django.urls import reverse

from branches.facts.counting import Counting
from branches.measures.models import Measure
from branches.measures.policy import may_read
from branches.organisation.models import Branch, Department
from branches.organisation.policy import hats
from branches.stations.models import Station

COUNTS = (
    Counting(
        "measures", "21 条举措里登记着的条数，文字没有公布的也算。", lambda user: Measure.objects.all(),
        lambda user: reverse("measures:list") if may_read(user) else "",
    ),
    Counting(
        "branches", "本系统里登记的党支部，演示支部也算。", lambda user: Branch.objects.all(),
        lambda user: reverse("branches:list"),
    ),
    Counting(
        "departments", "登记着的联合发文部门，名称没有公布的也算。", lambda user: Department.objects.all(),
        lambda user: reverse("branches:units") if hats(user).is_officer else "",
    ),
    Counting(
        "stations", "登记的驿站，正在维护的也算。", lambda user: Station.objects.all(),
        lambda user: reverse("stations:list"),
    ),
    Counting(
        "stations_anchor_area", "登记时勾了“主播集中区”的驿站，正在维护的也算。",
        lambda user: Station.objects.filter(in_anchor_area=True),
        lambda user: f"{reverse('stations:list')}?anchor_area=1",
    ),
)
