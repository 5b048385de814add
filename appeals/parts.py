"""What stands under 更多办法 on the page of those who work with an appeal: one line a verb, its form folded behind."""

from dataclasses import dataclass

from appeals.workflow import Verb


@dataclass(frozen=True)
class Part:
    """`label` of the line, `icon`, `button` of the form, one sentence of what will happen, and a template before it."""

    label: str
    icon: str
    button: str
    hint: str = ""
    extra: str = ""


PARTS = {
    Verb.TRANSFER: Part(
        "转给别的支部", "arrows-exchange", "转过去", "期限不变，还按原来的日子算。转过去以后由那个支部接单、答复。"
    ),
    Verb.RETURN: Part("申请退单", "arrow-back-up", "申请退单", "到支部一个工作日内可提，市行业党委一个工作日内审核。"),
    Verb.DECIDE_RETURN: Part(
        "审核退单", "gavel", "记下审核结果", "同意就转到选的支部，不选就由市行业党委自己办；期限不变。"
    ),
    Verb.ASSIGN: Part("指定承办", "user-check", "指定", "换一个人办，期限不变。"),
    Verb.RECLASSIFY: Part("改类别", "edit", "改过来", "改到更急的一类，期限会提前；改到更缓的一类，期限不变。"),
    Verb.EXTEND: Part("申请延期", "calendar-event", "申请延期", "到期以前提，一次，最多 5 个工作日，由上一级审核。"),
    Verb.DISPATCH: Part(
        "派给协办单位", "building-community", "派出去", "诉求还在市行业党委，期限照算；单位只办交给它的这一段。"
    ),
    Verb.SUPERVISE: Part("发督办单", "file-certificate", "发督办单", "编号由系统给。不改状态，也不改期限。"),
    Verb.DECIDE_EXTENSION: Part("审核延期", "gavel", "记下审核结果", "同意以后期限按工作日往后移，主播会收到消息。"),
    Verb.FOLLOW_UP: Part("回访", "phone", "记下回访", "问三句：联系过您吗、解决了吗、满意吗。诉求的状态和结果不变。"),
    Verb.PUBLISH: Part(
        "公开这件的答复", "eye", "公开", "要主播同意过；重新写一遍，不写姓名、艺名、企业、电话。",
        extra="appeals/_publish_preview.html",
    ),
    Verb.MERGE: Part(
        "并到同一件事里", "stack-2", "并过去", "并过去以后只办主案；这一件单独答复、单独评价，答复以前可以分开。"
    ),
    Verb.UNMERGE: Part("撤销并单", "arrow-back-up", "分开", "分开以后单独接着办，期限不变。"),
    Verb.RECUSE: Part(
        "设回避", "eye-off", "设回避", "设了不能撤。对方从此看不到这一件；正在对方手上的，马上交到市行业党委。"
    ),
    Verb.SUSPEND: Part(
        "先挂起", "player-pause", "挂起",
        "等别人的时候用：期限停下，剩下的时间留着。主播一补充，或到时间，自动恢复办理。最多两次，每次 10 个工作日。",
    ),
    Verb.REFER: Part("转介", "external-link", "转介并办结", "不归这里办的，说清去哪里办。主播可以申请复查一次。"),
    Verb.REFUSE: Part("不予受理", "circle-x", "不予受理", "不归这里办的，说清去哪里办。主播可以申请复查一次。"),
}
