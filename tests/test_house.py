"""The house rules (README, "The house"), kept by reading the source."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.module_loading import import_string

from appeals import trail_guard
from xinyu_portal.celery import app

ROOT = Path(settings.BASE_DIR)
# Imports go downwards only: a room may import itself and what stands before it.
ROOMS = ("notices", "accounts", "branches", "members", "anchors", "appeals", "xinyu_portal")
# Modules of the project package that know no room; every room may stand on them.
GROUND = (
    "api_paging", "api_parsing", "api_shapes", "counting", "errors", "keys", "paging", "refusals", "resuming", "seal",
    "sheets", "typed", "words", "workbook_cells", "workbook_errors", "workbook_judge", "workbook_rows",
)
# Within a room, from the pure rules up to the doors.
LAYERS = ("workflow", "models", "querysets", "policy", "services", "forms", "filters", "views", "api", "tasks", "urls")
ATTICS = ("utils", "helpers", "common", "misc")
SOURCES = sorted(
    path
    for room in (*ROOMS, "tests")
    for path in (ROOT / room).rglob("*.py")
    if "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name_of(path):
    return str(path.relative_to(ROOT))


def imported(path):
    """Dotted names a file imports, with the names taken from a module appended to it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(dotted):
    first, _, rest = dotted.partition(".")
    if first not in ROOMS or (first == "xinyu_portal" and rest.split(".")[0] in GROUND):
        return None
    return first


def sources_of(*rooms):
    return [path for path in SOURCES if path.relative_to(ROOT).parts[0] in rooms]


def test_rooms_import_downwards_only():
    upward = [
        f"{name_of(path)} imports {dotted}"
        for place, room in enumerate(ROOMS)
        for path in sources_of(room)
        for dotted in imported(path)
        if room_of(dotted) in ROOMS[place + 1:]
    ]
    assert upward == []


def test_the_ground_modules_know_no_room():
    ground = [ROOT / "xinyu_portal" / f"{name}.py" for name in GROUND]
    assert [path for path in ground if not path.exists()] == []
    assert [f"{name_of(path)}: {dotted}" for path in ground for dotted in imported(path) if room_of(dotted)] == []


def test_within_a_room_the_doors_are_never_imported_from_below():
    """Views, api, tasks and urls stand on services and models, never the other way round."""
    doors = {"views", "api", "tasks", "urls"}
    below = {"workflow", "models", "querysets", "policy", "services", "forms", "filters"}
    wrong = [
        f"{name_of(path)} imports {dotted}"
        for path in sources_of(*ROOMS)
        if path.stem in below
        for dotted in imported(path)
        if room_of(dotted) and doors & set(dotted.split("."))
    ]
    assert wrong == []


def test_no_import_hides_inside_a_function():
    hidden = [
        f"{name_of(path)}:{inner.lineno}"
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_signal_has_a_receiver():
    found = [
        name_of(path)
        for path in sources_of(*ROOMS)
        if re.search(r"@receiver\b|\b(?:pre|post)_(?:save|delete|migrate|init)\b|m2m_changed", path.read_text())
    ]
    assert found == []


def test_no_attic():
    assert [name_of(path) for path in SOURCES if path.stem in ATTICS] == []


def test_nothing_is_left_for_later():
    later = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    assert [name_of(path) for path in (*SOURCES, *TEMPLATES) if later.search(path.read_text(encoding="utf-8"))] == []


def named(template, words):
    return any(f'"{word}"' in words for word in (template, Path(template).stem))


@pytest.mark.django_db
def test_every_model_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_template_is_used():
    """A template is named in a view (whole, or as its stem), by another template, or by Django as an error page."""
    words = "\n".join(path.read_text(encoding="utf-8") for path in (*sources_of(*ROOMS), *TEMPLATES))
    by_django = {"400.html", "403.html", "404.html", "500.html"}
    names = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
    assert [name for name in names if name not in by_django and not named(name, words)] == []


def test_templates_are_short_and_hold_no_inline_style_or_script():
    inline = re.compile(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\b(?:src=|type=\"application/json\"))")
    long = [name_of(path) for path in TEMPLATES if len(path.read_text().splitlines()) > 120]
    loud = [name_of(path) for path in TEMPLATES if inline.search(path.read_text(encoding="utf-8"))]
    assert (long, loud) == ([], [])


def test_settings_stay_one_short_file():
    assert len((ROOT / "xinyu_portal" / "settings.py").read_text().splitlines()) <= 290


def test_beat_names_only_real_tasks_and_lets_none_pile_up():
    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        assert entry["task"] in app.tasks
        assert entry["options"]["expires"] < entry["schedule"].total_seconds()


def test_no_task_is_planned_ahead():
    """Deadlines are columns; a message that waits would be one more clock."""
    ahead = re.compile(r"\b(?:eta|countdown)=|\.apply_async\(")
    assert [name_of(path) for path in sources_of(*ROOMS) if ahead.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "path",
    [
        *settings.SWEEPS, *settings.REPORT_FIGURES, *settings.REPORT_UNRECORDED, *settings.EVIDENCE,
        *settings.FACT_COUNTS,
    ],
)
def test_what_settings_name_is_there(path):
    assert import_string(path)


def test_the_status_of_an_appeal_is_written_by_services_and_clock_alone():
    """A status without its line in the trail would be a lie."""
    writes = re.compile(r"\.status\s*=[^=]|update\([^)]*\bstatus=")
    allowed = {"services", "acting", "batches", "sweeps"}
    found = [path for path in sources_of("appeals", "xinyu_portal") if writes.search(path.read_text())]
    assert [name_of(path) for path in found if path.stem not in allowed] == []


@pytest.mark.django_db
def test_the_trail_is_guarded_on_this_engine():
    assert trail_guard.missing() == []


def test_the_repository_names_no_machine():
    places = re.compile(r"(?<![A-Za-z0-9_])/(?:home|root|work|Users)/")
    files = [*SOURCES, *TEMPLATES, ROOT / "README.md", ROOT / "Makefile", ROOT / "pyproject.toml"]
    assert [name_of(path) for path in files if path.exists() and places.search(path.read_text(encoding="utf-8"))] == []
