"""The national code lists that a roster needs (domain.md §8). A code that is not here is an error of the sheet."""

from django.db import models

# GB/T 3304-1991, in the order of its numbers from 01.
_PEOPLES = (
    "汉 蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 "
    "土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 景颇 "
    "柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 "
    "乌孜别克 俄罗斯 鄂温克 德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺"
)
ETHNICITIES = (
    *((f"{number:02}", f"{name}族") for number, name in enumerate(_PEOPLES.split(), 1)),
    ("97", "其他"), ("98", "外国血统中国籍人士"),
)


class Education(models.TextChoices):
    """GB/T 4658-2006: its large classes, and the two that 研究生 is asked for."""

    DOCTOR = "11", "博士研究生"
    MASTER = "14", "硕士研究生"
    BACHELOR = "20", "大学本科"
    COLLEGE = "30", "大学专科"
    VOCATIONAL = "40", "中等职业"
    HIGH = "60", "普通高中"
    MIDDLE = "70", "初中"
    PRIMARY = "80", "小学"
    OTHER = "90", "其他"


class Degree(models.TextChoices):
    """GB/T 6864, its classes."""

    DOCTOR = "2", "博士"
    MASTER = "3", "硕士"
    BACHELOR = "4", "学士"


class Employment(models.TextChoices):
    """How somebody works in this trade (从业类型 of the roster's head)."""

    FULL_TIME = "FULL_TIME", "专职主播"
    PART_TIME = "PART_TIME", "兼职主播"
    FIRM = "FIRM", "直播企业员工"
    MANAGER = "MANAGER", "企业管理人员"
    GROUP = "GROUP", "协会工作人员"
    OTHER = "OTHER", "其他"
