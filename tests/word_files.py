"""Word files of the tests: a template of one paragraph, and the words of what came out."""

from io import BytesIO

from docx import Document


def a_template(text):
    document, made = Document(), BytesIO()
    document.add_paragraph(text)
    document.save(made)
    return made.getvalue()


def words_of(docx):
    """The paragraphs, then the cells of the tables."""
    document = Document(BytesIO(docx))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + cells


class Template:
    """A file as a browser sends it; may be sent again and again."""

    name = "模板.docx"

    def read(self):
        return a_template("{{ title }}")
