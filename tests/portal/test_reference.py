from appeals.models import Category, ReplyTemplate, ServiceLevel
from branches.admission.models import ReportForm
from branches.calendar.models import WorkDay
from branches.facts.models import Fact
from branches.measures.models import Measure
from branches.organisation.models import Department, Division
from branches.rules.models import Rule
from members.models import Column
from xinyu_portal import reference


def test_code_lists_are_entered_once_however_often_they_are_loaded(db):
    counts = reference.load()
    assert reference.load() == counts
    assert counts == {
        "行政区划": Division.objects.count(), "联合发文部门": Department.objects.count(),
        "引用事实": Fact.objects.count(), "规定数字": Rule.objects.count(),
        "21 条举措": Measure.objects.count(), "报表准入": ReportForm.objects.count(),
        "名册的列": Column.objects.count(),
        "诉求类别": Category.objects.count(), "办理时限": ServiceLevel.objects.count(),
        "答复模板": ReplyTemplate.objects.count(), "工作日历": WorkDay.objects.count(),
    }
    assert Category.objects.get(code="A1").parent_id == "A"


def test_a_changed_row_takes_the_value_of_the_file_again(db):
    reference.load()
    Category.objects.filter(code="A").update(name="改过")
    reference.load()
    assert Category.objects.get(code="A").name == "物流寄递"
