"""How long it takes from a poster to the receipt: a phone under slow 3G, a person who types with one thumb.

`python -m tests.browser.poster_pace ADDRESS_OF_A_POSTER` prints seconds and bytes by step. It measures; it judges
nothing, and it leaves an appeal behind: for a portal of the demonstration.
"""

import argparse
import time
from dataclasses import dataclass, field

from playwright.sync_api import sync_playwright

from tests.browser.inspection import PHONE

CHROMIUM, ARGUMENTS = "/usr/bin/chromium", ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8}
KEY = 0.25  # seconds per key; a character of Chinese takes about two
LOOK = 1.5  # seconds to find the next field
BODY = "昨天到的十二双样鞋压坏五双，网点说没保价不赔。"


@dataclass
class Meter:
    """Bytes on the wire and seconds since the last mark."""

    started: float = field(default_factory=time.monotonic)
    received: int = 0
    marks: list = field(default_factory=list)

    def mark(self, name):
        self.marks.append((name, time.monotonic() - self.started, self.received))
        print(f"{name:22} {self.marks[-1][1]:6.1f} s {self.received / 1000:8.1f} kB", flush=True)


def watch(context, page, meter):
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.on("Network.loadingFinished", lambda event: add(meter, event["encodedDataLength"]))


def add(meter, size):
    meter.received += int(size)


def type_slowly(page, label, text, keys):
    """As many keys as a thumb would press, whatever the input method makes of them."""
    time.sleep(LOOK)
    place = page.get_by_label(label)
    place.tap()
    place.press_sequentially(text, delay=1000 * KEY * keys / len(text))


def choose(page, label):
    time.sleep(LOOK)
    page.get_by_label(label).check()


def walk(page, address, meter):
    page.goto(address, wait_until="load", timeout=60_000)
    page.get_by_label("物流寄递").wait_for()
    meter.mark("form is there")
    choose(page, "物流寄递")
    type_slowly(page, "把事情说清楚", BODY, 2 * len(BODY))
    type_slowly(page, "怎么称呼您", "罗小满", 6)
    type_slowly(page, "手机号", "13807901234", 11)
    choose(page, "我同意把以上内容和联系方式")
    meter.mark("all is typed")
    time.sleep(LOOK)
    page.get_by_role("button", name="提交诉求").tap()
    page.get_by_role("heading", name="收到了，这是回执").wait_for(timeout=60_000)
    meter.mark("receipt is there")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    address = parser.parse_args().address
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="zh-CN")
        page = context.new_page()
        meter = Meter()
        watch(context, page, meter)
        walk(page, address, meter)
        browser.close()


if __name__ == "__main__":
    main()
