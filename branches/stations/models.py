from django.db import models
from django.db.models import Q

from branches.organisation.models import Branch, Division


class Facility(models.TextChoices):
    """Facility codes of domain.md §7.1."""

    AC = "AC", "空调"
    HOT_WATER = "HOT_WATER", "热水"
    MICROWAVE = "MICROWAVE", "微波炉"
    FRIDGE = "FRIDGE", "冰箱"
    PHONE_CHARGE = "PHONE_CHARGE", "手机充电"
    EBIKE_CHARGE = "EBIKE_CHARGE", "电动车充电"
    FIRST_AID = "FIRST_AID", "急救箱"
    AED = "AED", "AED"
    SEAT = "SEAT", "桌椅"
    SOFA = "SOFA", "沙发"
    WIFI = "WIFI", "无线网"
    BOOKS = "BOOKS", "图书"
    TOILET = "TOILET", "洗手间"
    NURSING = "NURSING", "母婴室"
    UMBRELLA = "UMBRELLA", "雨伞"
    TOOLKIT = "TOOLKIT", "工具箱"
    STUDIO = "STUDIO", "共享直播间"


class Station(models.Model):
    """A warm station 暖新驿站. Who uses it is never recorded (domain.md §7.1)."""

    class Kind(models.TextChoices):
        OWN = "OWN", "自建"
        SHARED = "SHARED", "共建"
        HOSTED = "HOSTED", "挂牌"

    class Status(models.TextChoices):
        OPEN = "OPEN", "启用"
        REPAIR = "REPAIR", "维护"

    code = models.CharField("编号", max_length=12, unique=True)
    name = models.CharField("名称", max_length=40)
    kind = models.CharField("类型", max_length=8, choices=Kind.choices)
    host = models.CharField("依托单位", max_length=40)
    in_anchor_area = models.BooleanField("主播集中区", default=False)
    division = models.ForeignKey(Division, models.PROTECT, verbose_name="所在地")
    address = models.CharField("地址", max_length=100)
    area = models.PositiveSmallIntegerField("面积（平方米）", null=True, blank=True)
    seats = models.PositiveSmallIntegerField("座位", null=True, blank=True)
    hours = models.CharField("开放时间", max_length=60)
    facilities = models.JSONField("设施", default=list)
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="stations", verbose_name="负责支部"
    )
    status = models.CharField("状态", max_length=8, choices=Status.choices, default=Status.OPEN)
    note = models.CharField("说明", max_length=100, blank=True)
    is_demo = models.BooleanField("演示", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "暖新驿站"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="branches_station_repair_says_why", condition=~Q(status="REPAIR") | ~Q(note=""),
                violation_error_message="维护中的驿站要写明原因。",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def facility_names(self):
        return [Facility(code).label for code in self.facilities]
