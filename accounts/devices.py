"""What a person may recognise an own login by: the family of the device, never the device itself (domain.md §9.3)."""

UNKNOWN = "其他设备"
# The first word that stands in the browser's line decides.
_APPS = (("MicroMessenger", "微信"), ("DingTalk", "钉钉"), ("Lark", "飞书"))
_FAMILIES = (
    ("iPhone", "苹果手机"), ("iPad", "苹果平板"), ("HarmonyOS", "鸿蒙手机"), ("OpenHarmony", "鸿蒙手机"),
    ("Android", "安卓手机"), ("Windows", "Windows 电脑"), ("Macintosh", "苹果电脑"), ("Linux", "Linux 电脑"),
)


def family(user_agent):
    """“安卓手机 · 微信” of a browser's line; the line itself is not kept."""
    found = [_first(_FAMILIES, user_agent) or UNKNOWN, _first(_APPS, user_agent)]
    return " · ".join(filter(None, found))


def _first(words, user_agent):
    return next((name for word, name in words if word in user_agent), "")
