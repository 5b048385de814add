import tempfile

from django.core.management.base import BaseCommand

from xinyu_portal import vendoring


class Command(BaseCommand):
    help = "Refresh static/vendor/ from the npm packages and versions named in its manifest."
    requires_system_checks = ()  # the very files the project needs may be missing

    def handle(self, *args, **options):
        entries = []
        with tempfile.TemporaryDirectory() as folder:
            for entry in vendoring.read_manifest():
                archive = vendoring.pack(entry["package"], entry["version"], folder)
                entries.append(vendoring.refresh(entry, archive))
                self.stdout.write(f"{entry['package']} {entry['version']}: {len(entry['files'])} files")
        vendoring.write_manifest(entries)
        for sentence in vendoring.differences():
            self.stdout.write(self.style.WARNING(sentence))
