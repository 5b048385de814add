"""Who hears that a contact came or went. Words carry no personal content: the person is behind the link."""

from collections import Counter

from django.urls import reverse

from branches.organisation.models import Post
from branches.organisation.policy import BRANCH_HANDLERS
from notices.services import Message


def of_one(change, anchor):
    """Messages for one change: the new contact, the former one and the anchor; never the one who did it."""
    card, key = reverse("anchors:detail", args=[anchor.pk]), f"contact-change:{change.pk}"
    heard = {}
    if change.before_id:
        heard[change.before_id] = ("有一位主播不再由您联系", "", reverse("anchors:list"))
    if change.after_id:
        heard[change.after_id] = ("请您联系一位主播", "有难处先找您，您办不了就交支部。", card)
    heard[anchor.user_id] = _to_anchor(change)
    heard.pop(change.by_id, None)
    return [Message(person, key, *words) for person, words in heard.items()]


def _to_anchor(change):
    page = reverse("contacts:mine")
    if change.after_id:
        return ("您的联系党员换了" if change.before_id else "您有联系党员了", "有难处可以先找 TA。", page)
    return ("您的联系党员不再联系您", "支部会再安排。没办完的诉求会接着办。", page)


def of_spread(changes, anchors, key):
    """One message for each contact, however many anchors they got, and one for each anchor; none to who did it."""
    got = Counter(change.after_id for change in changes if change.after_id)
    lost = Counter(change.before_id for change in changes if change.before_id)
    listed, page = reverse("anchors:list"), reverse("contacts:mine")
    messages = [Message(person, key, f"请您联系 {n} 名主播", "有难处先找您。", listed) for person, n in got.items()]
    messages += [Message(person, key, f"有 {n} 名主播不再由您联系", "", listed) for person, n in lost.items()]
    for change in changes:
        title, text, _ = _to_anchor(change)
        messages.append(Message(anchors[change.anchor_id].user_id, f"contact-change:{change.pk}", title, text, page))
    actors = {change.by_id for change in changes}
    return [message for message in messages if message.recipient_id not in actors]


def to_branches(counts, *, key, title, tab, on):
    """One message for each handler of these branches. `counts` = {branch id: n}; `title` may hold {n}."""
    posts = Post.objects.current(on).filter(branch__in=counts, role__in=BRANCH_HANDLERS)
    url = f"{reverse('contacts:list')}?tab={tab}"
    return [
        Message(user_id, f"{key}:{branch_id}", title.format(n=counts[branch_id]), "", url)
        for branch_id, user_id in set(posts.values_list("branch_id", "user_id"))
    ]
