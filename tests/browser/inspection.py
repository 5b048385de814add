"""What is asked of every page in Chromium. Each finding is a line of text, so that a test can tell all of them."""

from axe_playwright_python.sync_playwright import Axe

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
NARROW = {"width": 320, "height": 640}
AXE = Axe()
TAP = 44  # px: --tap of portal.css

_VIOLATIONS = """
window.cspViolations = [];
document.addEventListener("securitypolicyviolation", function (event) {
  window.cspViolations.push(event.violatedDirective + " " + event.blockedURI);
});
"""
_WIDER_THAN_WINDOW = """() => {
  const box = document.scrollingElement, root = document.documentElement;
  const look = () => box.scrollWidth <= box.clientWidth ? "" : box.scrollWidth + " > " + box.clientWidth + ": " +
    [...document.body.querySelectorAll("*")].filter(part =>
      part.getBoundingClientRect().right > box.clientWidth + 0.5 && getComputedStyle(part).position !== "fixed"
    ).slice(0, 3).map(part => part.tagName.toLowerCase() + "." + (part.getAttribute("class") || "")).join(", ");
  const was = root.className, found = {};
  for (const type of ["", "big-type"]) {
    root.className = type;
    found[type || "normal type"] = look();
  }
  root.className = was;
  return found;
}"""
_SMALL_TARGETS = """tap => [...document.querySelectorAll(
  "button, .btn, input[type=submit], summary, .pick, .choice, .tabbar a, .tabs a, .tap"
)].filter(part => {
  const box = part.getBoundingClientRect();
  return part.checkVisibility({visibilityProperty: true}) && box.width && box.height < tap - 0.5;
}).map(part => part.innerText.trim().slice(0, 20) + " " + Math.round(part.getBoundingClientRect().height) + "px")"""

_FOCUSED_AND_SEEN = """() => {
  const part = document.activeElement, box = part.getBoundingClientRect();
  const over = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
  return box.top >= 0 && box.bottom <= innerHeight && part.contains(over) ? part.id : "out of sight: " + part.id;
}"""


def first_wrong(page):
    """The id of the control that has the focus, if all of it stands in the window and nothing lies over it."""
    page.wait_for_load_state()  # the script that moves the focus comes last
    return page.evaluate(_FOCUSED_AND_SEEN)


class Watch:
    """Listens to one page from its first byte on."""

    def __init__(self, page):
        self.page, self.heard = page, []
        page.add_init_script(_VIOLATIONS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.heard.append(f"script: {error}"))
        page.on("requestfailed", self._no_answer)
        page.on("response", self._response)

    def _console(self, message):
        # Chromium also logs the status of the page itself; that one is what the test asked for.
        own = message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        if message.type in ("error", "warning") and not own:
            self.heard.append(f"console: {message.text}")

    def _no_answer(self, request):
        if request.failure != "net::ERR_ABORTED":  # who goes on to another page waits for nothing of this one
            self.heard.append(f"no answer: {request.url} {request.failure}")

    def _response(self, response):
        if response.status >= 400 and not response.request.is_navigation_request():
            self.heard.append(f"{response.status}: {response.url}")

    def take(self):
        """Everything since the last time."""
        heard, self.heard = self.heard, []
        return heard + [f"policy: {one}" for one in self.page.evaluate("window.cspViolations.splice(0)")]


def inspect(page, *, briefly=False):
    """Look at the page that is open, at every width and in both type sizes. Returns findings.

    Who clicked waits for something of the next page first: a click does not wait for where it leads. Axe, which takes
    longer than all the rest, is asked `briefly` at the one width that the page is made for.
    """
    page.wait_for_load_state()
    found = page.watch.take()
    made_for = (PHONE if _is_for_thumbs(page) else DESK,) if briefly else (PHONE, DESK)
    for size in (NARROW, PHONE, DESK):
        page.set_viewport_size(size)
        looks = [_scroll, *[_axe] * (size in made_for), *[_tall_enough] * (size is PHONE)]
        found += [f"at {size['width']}: {one}" for look in looks for one in look(page)]
    return found + page.watch.take()


def _is_for_thumbs(page):
    return page.evaluate("document.body.classList.contains('phone')")


def _axe(page):
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    violations = page.evaluate("async () => (await axe.run({resultTypes: ['violations']})).violations")
    return [
        f"axe {violation['id']}: " + "; ".join(node["html"][:160] for node in violation["nodes"][:3])
        for violation in violations
    ]


def _scroll(page):
    wide = page.evaluate(_WIDER_THAN_WINDOW)
    return [f"{how} scrolls sideways, {one}" for how, one in wide.items() if one]


def _tall_enough(page):
    if not _is_for_thumbs(page):
        return []
    return [f"target too low: {one}" for one in page.evaluate(_SMALL_TARGETS, TAP)]
