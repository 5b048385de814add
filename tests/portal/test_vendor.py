import hashlib
import io
import json
import re
import tarfile

import pytest

from xinyu_portal import vendoring


def test_every_vendored_file_is_as_packed_and_in_the_manifest():
    assert vendoring.differences() == []


def test_every_package_names_an_exact_version_and_its_licence():
    for entry in vendoring.read_manifest():
        assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])
        assert entry["licence"]
        assert any(name.endswith("/LICENSE") for name in entry["files"])


def test_no_vendored_file_names_a_source_map():
    texts = [path for path in vendoring.VENDOR.rglob("*") if path.suffix in (".css", ".js")]
    assert texts
    assert not [path.name for path in texts if b"sourceMappingURL" in path.read_bytes()]


@pytest.fixture
def shelf(tmp_path):
    """A vendor folder with one file and its manifest, made from a small archive."""
    archive = tmp_path / "thing-1.0.0.tgz"
    members = {
        "package.json": json.dumps({"version": "1.0.0", "license": "MIT"}),
        "dist/thing.js": "go();\n//# sourceMappingURL=thing.js.map",
    }
    with tarfile.open(archive, "w:gz") as tar:
        for name, text in members.items():
            about = tarfile.TarInfo(f"package/{name}")
            about.size = len(text)
            tar.addfile(about, io.BytesIO(text.encode()))
    folder = tmp_path / "vendor"
    order = {"package": "thing", "version": "1.0.0", "files": {"thing/thing.js": {"from": "dist/thing.js"}}}
    entry = vendoring.refresh(order, archive, folder)
    vendoring.write_manifest([entry], folder)
    return folder


def test_refresh_drops_the_source_map_and_records_licence_and_sum(shelf):
    [entry] = vendoring.read_manifest(shelf)
    content = (shelf / "thing/thing.js").read_bytes()
    assert content == b"go();"
    assert entry["licence"] == "MIT"
    assert entry["files"]["thing/thing.js"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_changed_a_missing_and_a_foreign_file_are_told(shelf):
    (shelf / "thing/thing.js").write_text("go(1);")
    (shelf / "stranger.js").write_text("")
    assert vendoring.differences(shelf) == [
        "stranger.js is not in the manifest", "thing/thing.js is not as packed",
    ]
    (shelf / "stranger.js").unlink()
    (shelf / "thing/thing.js").unlink()
    assert vendoring.differences(shelf) == ["thing/thing.js is missing"]
