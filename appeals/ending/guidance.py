"""What is not handled here, and where to go instead (domain.md §5.2): the table that handlers choose from."""

from dataclasses import dataclass

from django.db import models


class NotHere(models.TextChoices):
    """Why an appeal is not accepted, or is referred."""

    EMERGENCY = "EMERGENCY", "要马上救助的紧急情况"
    PROCEDURE = "PROCEDURE", "在走或应当走诉讼、仲裁、复议等程序"
    PETITION = "PETITION", "已经在信访程序里"
    DISCIPLINE = "DISCIPLINE", "反映党员、干部违纪"
    REPEATED = "REPEATED", "同一件事正在办，或办完了没有新情况"
    SECRET = "SECRET", "涉及国家秘密、商业秘密或他人隐私"
    OTHER_DUTY = "OTHER_DUTY", "不在行业党委和成员单位的职责里"
    UNLAWFUL = "UNLAWFUL", "内容违法、违背公序良俗，或是辱骂"


@dataclass(frozen=True)
class Guidance:
    """`where`: whom to turn to; `how`: what to do there, in words that the anchor reads."""

    where: str
    how: str


GUIDANCE = {
    NotHere.EMERGENCY: Guidance(
        "110 · 119 · 120 · 122",
        "有危险先打电话：报警 110，火警 119，急救 120，交通事故 122。人安全了，再来说后面的事。"
    ),
    NotHere.PROCEDURE: Guidance(
        "仲裁机构、法院或复议机关",
        "这件事由法律规定的程序来定，这里不能代替。请向受理的机构问进展，或带上材料去立案、申请。"
    ),
    NotHere.PETITION: Guidance("信访部门", "信访已经在办，结果由信访部门书面告诉您。进展请问受理您信访的单位。"),
    NotHere.DISCIPLINE: Guidance("纪检部门", "请直接向纪检部门反映。举报的材料不归这里收存。"),
    NotHere.REPEATED: Guidance(
        "“我的诉求”里原来那一件", "请在原来那一件里看进展。有新的情况，可以在那里补充或申请复查。"
    ),
    NotHere.SECRET: Guidance("主管单位，当面说", "请不要在网上写这些内容。可以当面向主管单位反映。"),
    NotHere.OTHER_DUTY: Guidance("12345 政务服务热线", "请打 12345，由政务服务热线转给管这件事的部门。"),
    NotHere.UNLAWFUL: Guidance("换个说法再提", "把要办的事写清楚，去掉违法或伤人的话，可以重新提一件。"),
}
ACCUSATION = "反映党员、干部违纪的，请选“反映党员、干部违纪”，劝主播直接找纪检；不要在这里抄录举报的内容。"
