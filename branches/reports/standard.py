"""The standard template of the roll-up's Word file: `python -m branches.reports.standard` writes it anew.

It lies in the repository as a file, for staff begin with it: whoever changes the words here runs this once.
"""

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

TARGET = "branches/data/rollup.docx"
BODY, TITLE = "仿宋", "黑体"
WIDTHS = {2: (4.5, 11.3), 3: (8.4, 3.7, 3.7)}  # cm, by how many columns


def main():
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.6)
    for style, font, size in (("Normal", BODY, 12), ("Heading 1", TITLE, 15), ("Heading 2", TITLE, 13)):
        _face(document.styles[style], font, size)
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = head.add_run("{{ title }}")
    run.bold, run.font.size = True, Pt(18)
    run.font.name = TITLE
    run._element.rPr.rFonts.set(qn("w:eastAsia"), TITLE)
    document.add_paragraph("{%p if branches|length > 1 %}")
    document.add_paragraph(
        "本期应报 {{ due }} 个支部，已经上报 {{ filed }} 个{% if missing %}，还没有上报：{{ missing }}{% endif %}。"
        "数字由系统从日常记录数出，上报时定住；各支部只和自己以前比。制表日期：{{ made_on }}。"
    )
    document.add_heading("合计", 1)
    document.add_paragraph("只加已经上报的支部；{{ earlier }}那一栏加的是那一期上报的支部，两栏的支部数可能不同。")
    _table(document, "totals", ("项目", "{{ period }}", "{{ earlier }}"),
           ("{{ f.name }}（{{ f.unit }}）", "{{ f.value }}", "{{ f.earlier }}"))
    document.add_heading("各支部", 1)
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p for b in branches %}")
    document.add_heading("{{ b.name }}（{{ b.state }}）", 2)
    document.add_paragraph("{%p if b.remarks %}")
    document.add_paragraph("想说的话：{{ b.remarks }}")
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p if b.figures %}")
    _table(document, "b.figures", ("项目", "{{ period }}", "{{ earlier }}"),
           ("{{ f.name }}（{{ f.unit }}）", "{{ f.value }}", "{{ f.earlier }}"))
    document.add_paragraph("{%p endif %}")
    document.add_paragraph("{%p endfor %}")
    document.add_heading("怎么算的", 1)
    _table(document, "how", ("项目", "怎么算的"), ("{{ f.name }}", "{{ f.text }}"))
    document.core_properties.author = document.core_properties.comments = ""
    document.core_properties.title = "{{ title }}"
    document.save(TARGET)


def _face(style, font, size):
    style.font.name, style.font.size = font, Pt(size)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), font)
    style.font.color.rgb = None


def _table(document, of, heads, cells):
    """A head, and one row for each `f` of a list."""
    table = document.add_table(rows=4, cols=len(heads), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    table.rows[1].cells[0].text = f"{{%tr for f in {of} %}}"
    for cell, text in zip(table.rows[2].cells, cells, strict=True):
        cell.text = text
    table.rows[3].cells[0].text = "{%tr endfor %}"
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS[len(heads)], strict=True):
            cell.width = Cm(width)


if __name__ == "__main__":
    main()
