"""The roll-up as a Word file, from a template that staff edit in Word (docxtpl: jinja in the text).

A template is written by people and read by a machine: it may loop over what it is given and choose, and nothing else.
No call, no arithmetic, no attribute that begins with an underscore, only the filters below; loops at most two deep.
"""

import re
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from django.utils import timezone
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import LxmlError

from branches.organisation.models import Branch
from branches.reports import periods
from branches.reports.figures import Figure, kinds_of
from branches.reports.models import Report
from branches.reports.rollup import BranchRow, Column, RollUp

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
STANDARD = Path(__file__).resolve().parent.parent / "data" / "rollup.docx"
LARGEST, UNPACKED, TEXT, PARTS = 1024 * 1024, 8 * 1024 * 1024, 512 * 1024, 200
FILTERS = ("length", "default", "d", "join", "e", "first", "last")
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.For,
    nodes.If, nodes.CondExpr, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.Filter, nodes.Test,
    nodes.Tuple,
)
NO_DOCX = "这不是 Word 文件（.docx）。请用 Word 或 WPS 存成 .docx 再传。"
UNKNOWN = re.compile(r"'([^']{1,60})' is undefined|has no attribute '([^']{1,60})'")
BAD_CHARACTERS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def wrong(said):
    return ValidationError({"file": said})


class Environment(ImmutableSandboxedEnvironment):
    """Refuses at compiling what a template has no business to do, whichever part of the file it stands in."""

    def __init__(self):
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}

    def compile(self, source, *args, **kwargs):
        if isinstance(source, str):
            _judge(self.parse(source))
        return super().compile(source, *args, **kwargs)


def render(template, context):
    """The .docx of a template (bytes) and a context. Raises ValidationError with what the template does wrong."""
    try:
        document = DocxTemplate(BytesIO(template))
        document.render(context, Environment(), autoescape=True)
        made = BytesIO()
        document.save(made)
    except (TemplateError, SecurityError) as error:
        raise wrong(_said(error)) from error
    except (LxmlError, KeyError, ValueError, BadZipFile) as error:
        raise wrong("模板里的标记没有配成对，Word 打不开它。请照标准模板检查循环的开头和结尾。") from error
    return made.getvalue()


def check(content):
    """Raises ValidationError unless these bytes are a template that can be used: a docx of ours, not too large."""
    if len(content) > LARGEST:
        raise wrong("文件太大，模板不能超过 1 MB。请去掉里面的大图片。")
    try:
        with ZipFile(BytesIO(content)) as package:
            _inspect(package)
    except (BadZipFile, NotImplementedError, RuntimeError) as error:  # not a zip, packed strangely, encrypted
        raise wrong(NO_DOCX) from error
    render(content, context_of(_sample()))


def context_of(rolled):
    """What a template may name, in plain values: the words under “模板里能写什么” on the page."""
    before, rows = rolled.period.previous, rolled.rows
    filed = [row for row in rows if row.report and row.report.is_frozen]
    return {
        "title": f"{rolled.period.title}{'汇总' if len(rows) != 1 else ''}", "period": rolled.period.label,
        "earlier": before.label, "made_on": f"{timezone.localdate():%Y 年 %-m 月 %-d 日}", "due": len(rows),
        "filed": len(filed), "missing": "、".join(row.branch.short_name for row in rows if row not in filed),
        "totals": [_figure(column, rolled.total, rolled.period, before) for column in rolled.columns],
        "branches": [
            {
                "name": row.branch.name, "state": row.report.get_state_display() if row.report else "没有这份报表",
                "remarks": _plain(row.report.remarks) if row in filed else "",
                "figures": [
                    _figure(column, lambda code, period, row=row: row.figure(period, code), rolled.period, before)
                    for column in rolled.columns
                ] if row in filed else [],
            }
            for row in rows
        ],
        "how": [{"name": column.title, "text": column.how} for column in rolled.columns],
    }


def _figure(column, figure_of, period, before):
    value, earlier = (_say(figure_of(column.code, one)) for one in (period, before))
    return {"group": column.group, "name": column.title, "unit": column.unit, "value": value, "earlier": earlier}


def _say(figure):
    """3, 3 / 5, 没有数据; a dash where nothing was filed."""
    if figure is None:
        return "—"
    if figure.value is None:
        return "没有数据"
    return f"{figure.value}" if figure.denominator is None else f"{figure.value} / {figure.denominator}"


def _plain(text):
    return BAD_CHARACTERS.sub("", text)


def _inspect(package):
    """Raises ValidationError: before anything is unpacked, how much it would be; then for what it holds."""
    parts = package.infolist()
    names = {part.filename for part in parts}
    if "word/document.xml" not in names or "[Content_Types].xml" not in names:
        raise wrong(NO_DOCX)
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise wrong("文件展开以后太大，请去掉里面的图片和附件。")
    if any(part.filename.endswith(".xml") and part.file_size > TEXT for part in parts):
        raise wrong("模板的文字太多。模板只要一页左右，各支部的内容会自动排进去。")
    if any("vbaproject" in name.lower() or name.lower().endswith((".bin", ".exe", ".js")) for name in names):
        raise wrong("模板里有宏或者嵌入的程序，请另存成不带宏的 .docx 再传。")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            words = package.read(part)
            if b"<!DOCTYPE" in words or b"<!ENTITY" in words:
                raise wrong(NO_DOCX)
            if part.filename.endswith(".rels") and b'TargetMode="External"' in words:
                raise wrong("模板里有指向外面的链接或图片，请去掉再传。")


def _judge(tree, depth=0):
    """Raises TemplateSyntaxError for what a template may not do."""
    for node in tree.iter_child_nodes():
        if not isinstance(node, ALLOWED):
            raise TemplateSyntaxError("only what is given", node.lineno or 1)
        deeper = depth + isinstance(node, nodes.For)
        if deeper > 2 or (isinstance(node, nodes.For) and node.recursive):
            raise TemplateSyntaxError("loops too deep", node.lineno)
        _judge(node, deeper)


def _said(error):
    if isinstance(error, UndefinedError) and (found := UNKNOWN.search(str(error))):
        return f"模板里的“{found[1] or found[2]}”系统不认识。能写的词列在这一页下面，请改成其中一个。"
    forbidden = isinstance(error, TemplateSyntaxError) and error.message in ("only what is given", "loops too deep")
    if forbidden or isinstance(error, SecurityError):
        return "模板里只能放列出来的词，用循环和判断排列它们，不能计算、调用别的，循环最多套两层。"
    return "模板里有一处标记写得不完整。双花括号、循环的开头和结尾都要成对。"


def _sample():
    """Two invented branches, one that filed and one that did not, with every column: each line of a template is run."""
    period = periods.parse("2026-10")
    columns = [
        Column(kind.code, kind.title, kind.unit, kind.how, kind.group, kind.of_many) for kind in kinds_of(period.form)
    ]
    filed = Report(form=period.form, starts_on=period.first, ends_on=period.last, state="filed", remarks="样例。")
    rows = [BranchRow(Branch(name=f"样例第{name}支部", short_name=f"样例{name}")) for name in "一二"]
    rows[0].report = filed
    for one in (period, period.previous):
        rows[0].figures[one] = {column.code: Figure(1, 2 if column.of_many else None) for column in columns}
    return RollUp(period, columns, rows)
