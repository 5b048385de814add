"""The front-end libraries under static/vendor/: which, in what version, and proof that nobody touched them.

static/vendor/manifest.json is both the order and the receipt. Its shape:

    [{"package": "htmx.org", "version": "2.0.11", "licence": "0BSD",
      "files": {"htmx/htmx.min.js": {"from": "dist/htmx.min.js", "sha256": "…"}}}]

To add an icon, add its line without `sha256` and run `manage.py vendor`.
"""

import hashlib
import json
import re
import subprocess
import tarfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "static" / "vendor"
MANIFEST = "manifest.json"

# The maps are not vendored, and a manifest storage refuses a stylesheet that names a missing file.
SOURCE_MAP = re.compile(rb"\n?(//|/\*)# sourceMappingURL=[^\n]*")


def read_manifest(folder=VENDOR):
    return json.loads((folder / MANIFEST).read_text(encoding="utf-8"))


def write_manifest(packages, folder=VENDOR):
    text = json.dumps(packages, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def pack(package, version, into):
    """Fetch one exact version through npm into the folder `into`; return the archive's path.

    npm compares the archive with the registry's integrity sum. Raises `subprocess.CalledProcessError`.
    """
    done = subprocess.run(
        ["npm", "pack", f"{package}@{version}", "--json", "--ignore-scripts"],
        cwd=into, check=True, capture_output=True, text=True,
    )
    return Path(into) / json.loads(done.stdout)[0]["filename"]


def refresh(entry, archive, folder=VENDOR):
    """Write the files of one manifest entry from its npm archive; return the entry with licence and sums."""
    with tarfile.open(archive) as tar:
        about = json.loads(member(tar, "package.json"))
        files = {name: store(folder / name, member(tar, line["from"]), line["from"])
                 for name, line in entry["files"].items()}
    return {"package": entry["package"], "version": about["version"],
            "licence": about["license"], "files": files}


def member(tar, name):
    return tar.extractfile(f"package/{name}").read()


def store(target, content, origin):
    content = SOURCE_MAP.sub(b"", content)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return {"from": origin, "sha256": hashlib.sha256(content).hexdigest()}


def differences(folder=VENDOR):
    """One sentence for each file that is changed, missing or not in the manifest; none when all is well."""
    packages = read_manifest(folder)
    known = {name: line.get("sha256") for entry in packages for name, line in entry["files"].items()}
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    found.pop(MANIFEST)
    changed = [name for name in known.keys() & found.keys()
               if hashlib.sha256(found[name].read_bytes()).hexdigest() != known[name]]
    return sorted(
        [f"{name} is missing" for name in known.keys() - found.keys()]
        + [f"{name} is not in the manifest" for name in found.keys() - known.keys()]
        + [f"{name} is not as packed" for name in changed]
    )
