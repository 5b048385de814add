"""Text messages on the standard output: for trying the portal without a provider, never for real people."""

from django.conf import settings

from notices.channels.sms import NotSent


def send_text(phone, text):
    if settings.PRODUCTION:
        raise NotSent("the console reaches nobody")
    print(f"短信 {phone}：{text}", flush=True)
