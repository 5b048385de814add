"""A census workbook from upload to the registry (issue: nothing guessed, nothing dropped, all or nothing).

The page uploads and confirms; `work` reads and writes, called every few seconds by Celery and by the command.
A worker claims an import by compare-and-set and shows signs of life; one that is silent for a minute is succeeded
by the next, which begins anew: staging is emptied first, and the confirmed write is one transaction.
"""

import base64
import logging
import tempfile
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from anchors.census import policy, reading, sheets, workbook
from anchors.census.checks import Gathering
from anchors.census.known import changes, known_anchors
from anchors.census.models import Import, Round, StagedPerson, StagedRow, Workbook
from anchors.census.staging import FILE, Person, open_row, seal_row
from anchors.census.telling import tell
from anchors.census.writing import RegistryChanged, Writing
from notices.services import send
from xinyu_portal import seal
from xinyu_portal.errors import Conflict
from xinyu_portal.workbook_errors import Refused
from xinyu_portal.workbook_judge import judge_start

LARGEST_FILE = 20 * 2**20
SILENT = timedelta(minutes=1)
STEP = 500
KEPT = timedelta(days=30)  # rejected rows wait so long to be corrected (domain.md §9.2 drafts)
FAILED = "系统没能处理这份表，原因已记在日志里，请联系管理员。登记册没有变化。"
State = Import.State
AGREED = (State.CONFIRMED, State.WRITING, State.DONE)
logger = logging.getLogger(__name__)


def this_round(day, name=""):
    """The round of that name, of the day's month without one; made when it is not there yet."""
    name = name or f"{day.year}年{day.month}月摸底"
    return Round.objects.get_or_create(name=name, defaults={"opened_on": day})[0]


@transaction.atomic
def upload(content, *, file_name, actor, round_name="", at=None):
    """Take a workbook in (bytes) and queue it; `actor` is None for the command line. Returns the Import."""
    _judge(actor)
    at = at or timezone.now()
    if not content:
        raise ValidationError({"file": "这个文件是空的，请重新选择。"})
    if len(content) > LARGEST_FILE:
        raise ValidationError({"file": f"文件超过 {LARGEST_FILE // 2**20} MB，请拆成几份再传。"})
    try:
        judge_start(content)
    except Refused as refused:
        raise ValidationError({"file": str(refused)}) from None
    row = Import.objects.create(
        round=this_round(timezone.localdate(at), round_name), file_name=file_name[-120:], by=actor, created_at=at
    )
    text = base64.b64encode(content).decode()
    Workbook.objects.create(census_import=row, sealed=seal.seal(text, table=FILE, row=row.uuid, column="sealed"))
    return row


@transaction.atomic
def confirm(row, *, actor):
    """Let what was read be written; confirmed already, nothing changes. Raises Conflict when it is not read yet."""
    _judge(actor)
    row = _take(row, (State.READ, *AGREED), "这份表现在不能确认，请刷新看看进度。")
    if row.state in AGREED:
        return row
    if not row.counts.get("people"):
        raise Conflict("这份表里没有可以写入的人。", row)
    row.state, row.confirmed_by, row.done = State.CONFIRMED, actor, 0
    row.save(update_fields=["state", "confirmed_by", "done"])
    return row


@transaction.atomic
def discard(row, *, actor):
    """Give an unwritten import up; what was staged of it goes at once."""
    _judge(actor)
    row = _take(row, (State.UPLOADED, State.READ, State.DISCARDED), "这份表已经在写入或写完，不能放弃。")
    _forget(row)
    row.rows.all().delete()
    row.state, row.finished_at = State.DISCARDED, timezone.now()
    row.save(update_fields=["state", "finished_at"])
    return row


def work(now=None, *, only=None, progress=lambda row: None):
    """Take up what waits, oldest first; returns how many imports were worked at. `progress(row)` hears of steps.

    What is written is dated by `now`, the clock's by default.
    """
    worked = 0
    while (row := _claim(now or timezone.now(), only)) is not None:
        worked += 1
        try:
            _read(row, progress) if row.state == State.READING else _write(row, progress, now)
        except OperationalError:  # the database is away or locked: taken up again when this worker counts as silent
            raise
        except Exception:
            logger.exception("census import %s failed", row.pk)
            _give_up(row)
    return worked


def rejected_workbook(row):
    """The rows that were not taken, as they stood, each with its reasons: bytes of a workbook to correct and send."""
    opened = (open_row(row.uuid, staged) for staged in row.rows.filter(rejected=True).iterator(chunk_size=STEP))
    return sheets.rejected(row.counts["head"], ((one["cells"], one["reasons"]) for one in opened))


def told(row, *, rejected, limit):
    """`[(row number, sentence)]`: why rows were not taken, or what is to be told of rows that were."""
    found = row.rows.filter(rejected=rejected)[:limit]
    return [(staged.number, "；".join(open_row(row.uuid, staged)["reasons"])) for staged in found]


def forget_old(now):
    """A sweep: what staff did not correct in 30 days goes, and so does what nobody confirmed."""
    old = Import.objects.filter(created_at__lt=now - KEPT)
    gone, _ = StagedRow.objects.filter(census_import__in=old).delete()
    for row in old.filter(state=State.READ):
        _forget(row)
        Import.objects.filter(pk=row.pk, state=State.READ).update(state=State.DISCARDED, finished_at=now)
    return gone


def _give_up(row):
    """Something that nobody foresaw: better one plain sentence than a try every minute for ever."""
    found = Import.objects.filter(pk=row.pk, state__in=(State.READING, State.WRITING))
    found.update(state=State.REFUSED, refusal=FAILED, finished_at=timezone.now())


def _judge(actor):
    if actor is not None and not policy.may_import(actor):
        raise PermissionDenied


def _take(row, states, sentence):
    row = Import.objects.select_for_update().get(pk=row.pk)
    if row.state not in states:
        raise Conflict(sentence, row)
    return row


def _claim(now, only):
    """The oldest import that waits, now in the hands of this worker, or None."""
    found = Import.objects.waiting(now - SILENT).order_by("pk")
    for row in found.filter(pk=only.pk) if only else found:
        reading_next = row.state in (State.UPLOADED, State.READING)
        state = State.READING if reading_next else State.WRITING
        mine = Import.objects.filter(pk=row.pk, state=row.state, seen_at=row.seen_at).update(state=state, seen_at=now)
        if mine:
            return Import.objects.get(pk=row.pk)
    return None


def _alive(row, **columns):
    """Say that this worker lives. Another that took over, or a discard, ends it here."""
    seen = timezone.now()
    mine = Import.objects.filter(pk=row.pk, state=row.state, seen_at=row.seen_at).update(seen_at=seen, **columns)
    if not mine:
        raise TakenOver
    row.seen_at = seen
    for name, value in columns.items():
        setattr(row, name, value)


class TakenOver(Exception):
    """Somebody else works at this import now, or it was given up."""


def _read(row, progress):
    try:
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            file.write(_content(row))
            file.flush()
            _stage(row, file.name, progress)
    except Refused as refused:
        _forget(row)
        _alive(row, state=State.REFUSED, refusal=str(refused), finished_at=timezone.now())
    except TakenOver:
        return
    progress(row)


def _content(row):
    text = seal.unseal(row.workbook.sealed, table=FILE, row=row.uuid, column="sealed")
    return base64.b64decode(text)


def _stage(row, path, progress):
    row.people.all().delete()
    row.rows.all().delete()
    with workbook.open_rows(path) as sheet:
        _alive(row, total=sheet.total, done=0, unknown_columns=list(sheet.head.unknown))
        gathering = Gathering()
        for batch in reading.batches(sheet, gathering, STEP):
            _stage_rows(row, batch, done=min(gathering.rows, row.total))
            progress(row)
        counts = reading.counts(gathering) | {"head": list(sheet.head.texts), "others": list(sheet.others)}
    tally = dict.fromkeys(StagedPerson.Change.values, 0)
    for people in _steps(reading.people(gathering)):
        with transaction.atomic():
            for staged in _staged_people(row, people):
                tally[staged.change] += 1
            _alive(row)
    counts |= {change.lower(): n for change, n in tally.items()}
    _alive(row, state=State.READ, counts=counts, done=row.total)


def _stage_rows(row, batch, *, done):
    rejected = [_staged_row(row, *one, rejected=True) for one in batch.rejected]
    remarks = [_staged_row(row, number, (), [said], rejected=False) for number, said in batch.remarks]
    with transaction.atomic():
        StagedRow.objects.bulk_create(rejected + remarks)
        _alive(row, done=done)


def _staged_row(row, number, cells, reasons, *, rejected):
    sealed = seal_row(row.uuid, number, reasons=reasons, cells=cells)
    return StagedRow(census_import=row, number=number, rejected=rejected, sealed=sealed)


def _staged_people(row, people):
    registered = known_anchors([person.phone_index for person in people])
    staged = []
    for person in people:
        known = registered.get(person.phone_index)
        changed = changes(person, known) if known else []
        change = _change(known, changed)
        one = StagedPerson(
            census_import=row, phone_index=person.phone_index, name=person.values["name"], change=change,
            changes=changed,
        )
        one.sealed = person.sealed(one.uuid)
        staged.append(one)
    return StagedPerson.objects.bulk_create(staged)


def _change(known, changed):
    if known is None:
        return StagedPerson.Change.NEW
    return StagedPerson.Change.CHANGED if changed else StagedPerson.Change.SAME


def _write(row, progress, now):
    """Make everything ready outside, then write in one transaction."""
    now = now or timezone.now()
    try:
        people = {change: [] for change in StagedPerson.Change}
        for staged in row.people.order_by("pk").iterator(chunk_size=2000):
            people[staged.change].append((staged.uuid, Person.opened(staged)))
        writing = Writing(
            row.round, timezone.localdate(now), new=people["NEW"], changed=[one for _, one in people["CHANGED"]],
            same=[one for _, one in people["SAME"]],
        )
        with transaction.atomic():
            _alive(row)
            writing.run()
            _forget(row)
            told = tell(row, writing.changing.whose, at=now)
            _alive(row, state=State.DONE, done=row.total, finished_at=now, counts=row.counts | {"told": told})
            _remember(row, now)
    except (RegistryChanged, IntegrityError):
        again = "从您看预览到写入之间，登记有了变化，已重新核对，请再看一遍。"
        Import.objects.filter(pk=row.pk, state=State.WRITING).update(state=State.UPLOADED, done=0, refusal=again)
    except TakenOver:
        return
    row.refresh_from_db()
    progress(row)


def _remember(row, now):
    """Who brought what in; and the one who confirmed hears that it is done."""
    counts = {name: row.counts[name] for name in ("rows", "people", "accounts", "rejected", "new", "changed", "same")}
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.IMPORT, actor=row.confirmed_by, subject_type="census", subject_id=str(row.pk),
        facts=counts | {"file": row.file_name, "round": row.round.name}, at=now,
    )
    if row.confirmed_by_id:
        said = f"新登记 {counts['new']} 人，更新 {counts['changed']} 人，退回 {counts['rejected']} 行"
        send([row.confirmed_by_id], key=f"census:{row.pk}", title="摸底表已写入登记册", text=said, at=now)


def _forget(row):
    """The file and the people of it; the rejected rows stay, to be corrected and sent again."""
    Workbook.objects.filter(census_import=row).delete()
    row.people.all().delete()


def _steps(rows):
    return (rows[place:place + STEP] for place in range(0, len(rows), STEP))
