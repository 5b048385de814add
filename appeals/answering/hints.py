"""Four questions to a drafted answer, for its writer alone. Pure: nothing is stored, counted, or in the way of sending.

They are guesses by plain words (domain.md §5.5 审核: fact found, measure taken, contact made): who knows better sends.
"""

import re
from dataclasses import dataclass

SHARED = 2  # two-character words that answer and appeal have in common
_EVERYWHERE = frozenset({
    "我们", "你们", "他们", "您的", "您说", "没有", "可以", "什么", "一个", "这个",
    "那个", "已经", "希望", "怎么", "因为",
    "所以", "不能", "不是", "就是", "现在", "时候", "一下", "的事", "事情", "问题", "情况",
    "请您", "联系", "电话", "主播", "平台",
    "直播", "办理", "解决", "处理", "答复", "回复", "反映", "今天", "昨天", "明天",
})
_DONE = re.compile(
    "(?:已经?|当场|现场|马上|都)[^，。；]{0,12}(?:[换修赔退补发给办查问谈装停改报交还调送通到付清拆印批开定]|联系|核实|协调|沟通|对接|恢复|"
    "安排|申请|登记|到账|解决)"
    "|(?:换|修|赔|退|补|发|办|查|问|谈|装|改|报|交|还|调|送|约|带|帮|找|联系|核实|协调|沟通|对接|走访|恢复|安排|通知|答应|同意|"
    "减免|到场|去)(?:好|清|完|到|过|妥)?了|(?:问|查|谈|去|联系|核实|协调|沟通|走访)过"
)
_WHEN = re.compile(
    r"\d{1,2}\s*月\s*\d{1,2}\s*[日号]|\d{1,2}\s*[日号]|[一二三四五六七八九十]+月[一二三四五六七八九十]+[日号]|\d{1,2}[:：]\d{2}"
    r"|[今昨前明后当][天日]|(?:本|这|下|上)(?:周|个?月|星期)|周[一二三四五六日天]|星期[一二三四五六日天]|月底|年底"
    r"|(?:\d+|[一二两三四五六七八九十]+)\s*(?:个工作日|天|日|周|个月|小时)(?:以?内|之内|后|前)"
)
_NUMBER = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}[- ]?\d{7,8}|[2-9]\d{6,7}|12345|12333|12315|12348)(?!\d)")
_WHOM = re.compile(
    "(?:请|可以?|再|就|直接|随时|问题|的话|需要|不清楚|后面|以后|有事)[^，。；]{0,8}(?:找|联系|打给|打电话|拨打?|问)"
    "(?!了|过|到)[^，。；]{1,}"
)
_BLANK = re.compile("【[^】]*】")


@dataclass(frozen=True)
class Hint:
    """One of the four: answered or not, and what to say of it."""

    yes: bool
    sentence: str


def hints(draft, said):
    """`[Hint × 4]`: names what was asked, what was done, when, whom to call. `said` is the anchor's title and body."""
    draft = _BLANK.sub("，", draft)
    asked = len(_words(draft) & _words(said)) >= SHARED
    done, when = bool(_DONE.search(draft)), bool(_WHEN.search(draft))
    whom = bool(_NUMBER.search(draft) or _WHOM.search(draft))
    return [
        Hint(asked, "说到了主播问的事。" if asked else "没看出答的是哪件事，可以点一下主播问的是什么。"),
        Hint(done, "写了办了什么。" if done else "没看出办了什么，可以写联系了谁、怎么办的。"),
        Hint(when, "写了日子。" if when else "没看到日子，可以写哪天办的，或者哪天有结果。"),
        Hint(whom, "写了后面找谁。" if whom else "没看到后面找谁，可以写一个名字或者电话。"),
    ]


def has_blanks(draft):
    """Whether a template's 【…】 was left unfilled."""
    return bool(_BLANK.search(draft))


def _words(text):
    """Overlapping pairs of Chinese characters, without those that stand in every letter."""
    runs = re.findall("[\u4e00-\u9fff]+", text)
    return {run[at:at + 2] for run in runs for at in range(len(run) - 1)} - _EVERYWHERE
