"""准入: a form burdens a branch only once the committee has admitted it, and only while it is in force."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from branches.admission import policy, services, sweeps, usage
from branches.admission.models import ReportForm, latest_start
from branches.organisation.models import Post, Role
from branches.reports.sweeps import open_due
from branches.rules.models import Rule
from notices.models import Notice
from tests.factories import entered_form, open_report
from xinyu_portal import reference
from xinyu_portal.errors import Conflict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
DAY = timedelta(days=1)
FIRST_OF_DECEMBER = datetime(2026, 12, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
TEN_OF_DECEMBER = FIRST_OF_DECEMBER + 9 * DAY


def admitted(city, **fields):
    return services.decide(entered_form(city, **fields), actor=city.chief, granted=True, reason="有依据。")


def monthly():
    return ReportForm.objects.get(code="month")


def reports_of(city, *periods, filed=()):
    """Reports of these periods, due on 1 December; those in `filed` were filed on that day."""
    for period in periods:
        state = {"state": "filed", "filed_at": FIRST_OF_DECEMBER} if period in filed else {}
        open_report(city.branch, period, opened_at=FIRST_OF_DECEMBER, due_at=FIRST_OF_DECEMBER, **state)


class TestVerbs:
    def test_a_form_waits_until_the_secretary_admits_it(self, city):
        today = timezone.localdate()
        form = entered_form(city)
        assert form not in ReportForm.objects.in_force(today)
        services.decide(form, actor=city.chief, granted=True, reason="有依据。")
        assert form in ReportForm.objects.in_force(today)

    def test_the_secretary_hears_of_it_and_who_entered_it_hears_the_answer(self, city):
        form = entered_form(city)
        services.decide(form, actor=city.chief, granted=False, reason="和月报重复。")
        told = dict(Notice.objects.filter(url=f"/forms/{form.pk}/").values_list("recipient__username", "text"))
        assert told == {"chief": "市商务局：直播间用工情况", "staff": "和月报重复。"}

    @pytest.mark.parametrize("who", ["staff", "secretary", "auditor", "stranger"])
    def test_nobody_else_decides(self, city, who):
        with pytest.raises(PermissionDenied):
            services.decide(entered_form(city), actor=getattr(city, who), granted=True, reason="有依据。")

    def test_a_secretary_does_not_decide_what_they_entered(self, city):
        form = entered_form(city, actor=city.chief)
        with pytest.raises(PermissionDenied):
            services.decide(form, actor=city.chief, granted=True, reason="有依据。")
        Post.objects.create(user=city.stranger, role=Role.DEPUTY, committee=city.committee, since=date(2025, 1, 1))
        assert services.decide(form, actor=city.stranger, granted=True, reason="有依据。").state == "approved"

    def test_the_database_says_so_too(self, city):
        form = entered_form(city)
        with pytest.raises(IntegrityError), transaction.atomic():
            ReportForm.objects.filter(pk=form.pk).update(
                state="approved", decided_by=city.staff, decided_at=timezone.now()
            )

    def test_it_is_decided_once(self, city):
        with pytest.raises(Conflict):
            services.decide(admitted(city), actor=city.chief, granted=False, reason="再想想。")

    def test_the_same_form_waits_once(self, city):
        entered_form(city)
        with pytest.raises(ValidationError):
            entered_form(city)

    @pytest.mark.parametrize("reason", ["", " 。 ", "长" * 201])
    def test_no_decision_and_no_removal_without_a_reason(self, city, reason):
        with pytest.raises(ValidationError):
            services.decide(entered_form(city), actor=city.chief, granted=True, reason=reason)
        with pytest.raises(ValidationError):
            services.remove(monthly(), actor=city.staff, reason=reason)

    def test_the_committee_removes_what_is_in_force_once(self, city):
        form = services.remove(admitted(city), actor=city.staff, reason="没人用。")
        assert form in ReportForm.objects.past(timezone.localdate())
        with pytest.raises(Conflict):
            services.remove(form, actor=city.staff, reason="没人用。")


class TestCorrecting:
    def test_what_waits_is_put_right_and_the_secretary_hears(self, city):
        form = services.correct(entered_form(city), actor=city.staff, version=1, title="直播间夜班情况", people=2)
        assert (form.title, form.people, form.version, form.corrected_by) == ("直播间夜班情况", 2, 2, city.staff)
        titles = Notice.objects.filter(recipient=city.chief).values_list("title", flat=True)
        assert sorted(titles) == ["有一张报表等您审批", "等您审批的报表改过了"]
        audit = AuditEvent.objects.get(subject_type="branches.reportform")
        assert (audit.subject_id, audit.facts) == (str(form.pk), {"fields": ["people", "title"]})

    def test_saved_again_without_a_change_it_stays_as_it_was(self, city):
        form = entered_form(city)
        assert services.correct(form, actor=city.staff, version=1, title=form.title).version == 1

    def test_whoever_corrected_it_does_not_decide_it(self, city):
        form = services.correct(entered_form(city), actor=city.chief, title="直播间夜班情况")
        with pytest.raises(PermissionDenied):
            services.decide(form, actor=city.chief, granted=True, reason="有依据。")
        with pytest.raises(IntegrityError), transaction.atomic():
            ReportForm.objects.filter(pk=form.pk).update(
                state="approved", decided_by=city.chief, decided_at=timezone.now()
            )

    def test_nor_does_anybody_who_corrected_it_before(self, city, sign_in):
        form = services.correct(entered_form(city), actor=city.chief, money=90_000)
        form = services.correct(form, actor=city.staff, title="直播间夜班情况")
        with pytest.raises(PermissionDenied):
            services.decide(form, actor=city.chief, granted=True, reason="有依据。")
        assert not ReportForm.objects.filter(policy.to_decide(city.chief)).exists()
        page = sign_in(city.chief).get(reverse("admission:detail", args=[form.pk])).content.decode()
        assert "记下审批" not in page and "顾明溪、陆知行" in page

    @pytest.mark.parametrize("who", ["chief", "staff", "secretary", "stranger"])
    def test_the_condition_of_who_decides_says_what_the_policy_says(self, city, who):
        Post.objects.create(user=city.stranger, role=Role.DEPUTY, committee=city.committee, since=date(2025, 1, 1))
        user = getattr(city, who)
        entered_form(city, title="没人动过的")
        entered_form(city, title="书记录的", actor=city.chief)
        services.correct(entered_form(city, title="书记改的"), actor=city.chief, people=2)
        admitted(city, title="批过的")
        waiting = ReportForm.objects.filter(state="proposed", entered_by__isnull=False)
        assert set(ReportForm.objects.filter(policy.to_decide(user))) == {
            form for form in waiting if policy.may(user, "decide", form)
        }

    def test_nobody_decides_what_was_changed_after_they_read_it(self, city, sign_in):
        form = entered_form(city)
        services.correct(form, actor=city.staff, title="直播间夜班情况")
        with pytest.raises(Conflict):
            services.decide(form, actor=city.chief, granted=True, reason="有依据。", version=1)
        sent = {"granted": "yes", "reason": "有依据。", "version": 1}
        answer = sign_in(city.chief).post(reverse("admission:decide", args=[form.pk]), sent)
        assert answer.status_code == 409 and "刚刚有人改过" in answer.content.decode()

    def test_what_is_decided_is_corrected_no_more(self, city):
        with pytest.raises(Conflict):
            services.correct(admitted(city), actor=city.staff, title="直播间夜班情况")

    def test_the_page_shows_what_was_entered_and_who_changed_it(self, city, sign_in):
        form, client = entered_form(city), sign_in(city.staff)
        url = reverse("admission:correct", args=[form.pk])
        present = client.get(url).context["asked"].initial
        assert (present["title"], present["items_before"], present["version"]) == ("直播间用工情况", 12, 1)
        sent = {**present, "code": "", "since": "2026-01-01", "expires_on": "2035-12-31", "basis": "演示文件第 4 条"}
        assert client.post(url, sent).status_code == 302
        page = sign_in(city.chief).get(reverse("admission:detail", args=[form.pk])).content.decode()
        assert "演示文件第 4 条" in page and "<dt>更正</dt>" in page


class TestDays:
    @pytest.mark.parametrize(
        ("since", "until", "wrong"),
        [
            (date(2026, 1, 1), date(2036, 1, 1), None), (date(2026, 1, 1), date(2036, 1, 2), "expires_on"),
            (date(2024, 2, 29), date(2034, 3, 1), "expires_on"), (date(1, 1, 1), date(2026, 1, 1), "expires_on"),
            (date(1, 1, 1), date(1, 1, 1), None), (date(9999, 12, 31), date(9999, 12, 31), "since"),
        ],
    )
    def test_a_form_is_admitted_for_ten_years_at_most(self, city, since, until, wrong):
        if wrong is None:
            assert entered_form(city, since=since, expires_on=until).expires_on == until
            return
        with pytest.raises(ValidationError) as refused:
            entered_form(city, since=since, expires_on=until)
        assert list(refused.value.message_dict) == [wrong]

    def test_it_begins_within_ten_years(self, city):
        latest = latest_start()
        assert entered_form(city, since=latest, expires_on=latest).since == latest
        with pytest.raises(ValidationError):
            services.correct(entered_form(city, title="别的"), actor=city.staff, since=latest + DAY)

    @pytest.mark.parametrize("typed", ["9999-12-31", "9999-06-01", "0001-01-01"])
    def test_the_page_says_so_at_the_day(self, city, sign_in, typed):
        client, form = sign_in(city.staff), entered_form(city)
        url = reverse("admission:correct", args=[form.pk])
        sent = {**client.get(url).context["asked"].initial, "code": "", "since": "2026-01-01", "expires_on": typed}
        answer = client.post(url, sent)
        assert answer.status_code == 400 and list(answer.context["asked"].errors) == ["expires_on"]
        assert client.post(url, sent | {"since": typed}).status_code in (302, 400)
        assert client.get(reverse("admission:list"), {"show": "proposed"}).status_code == 200

    @pytest.mark.parametrize("last", [date(9999, 12, 31), date(9999, 6, 1)])
    def test_what_was_admitted_for_ever_is_not_renewed(self, city, sign_in, last):
        form, client = admitted(city), sign_in(city.staff)
        ReportForm.objects.filter(pk=form.pk).update(expires_on=last)
        assert client.get(reverse("admission:renew", args=[form.pk])).status_code == 409
        assert "续这张表" not in client.get(reverse("admission:detail", args=[form.pk])).content.decode()


class TestCodes:
    def test_a_form_of_the_portal_is_as_frequent_as_its_reports(self, city):
        with pytest.raises(ValidationError) as refused:
            entered_form(city, code="year", period="quarter")
        assert refused.value.message_dict == {"period": ["在本系统里填支部工作年报的，请选“每年”。"]}
        with pytest.raises(IntegrityError), transaction.atomic():
            ReportForm.objects.filter(code="year").update(period="quarter")

    def test_two_of_one_code_are_not_in_force_at_once(self, city):
        ReportForm.objects.filter(code="month").update(expires_on=LAST)
        again = {"code": "month", "period": "month"}
        with pytest.raises(ValidationError) as refused:
            entered_form(city, since=LAST, **again)
        said = "同一张表的期限不能重叠：“支部工作月报”2024年8月1日起，2026年12月31日止，已准入。"
        assert refused.value.message_dict == {"since": [said]}
        with pytest.raises(ValidationError):
            entered_form(city, since=date(2024, 1, 1), expires_on=date(2024, 8, 1), **again)
        earlier = entered_form(city, since=date(2024, 1, 1), expires_on=date(2024, 7, 31), **again)
        assert entered_form(city, title="下一份", since=LAST + DAY, **again).state == "proposed"
        with pytest.raises(ValidationError):
            services.correct(earlier, actor=city.staff, expires_on=LAST)

    def test_what_was_removed_or_refused_makes_room(self, city):
        quarter = ReportForm.objects.get(code="quarter")
        with pytest.raises(ValidationError):
            entered_form(city, code="quarter")
        services.decide(quarter, actor=city.chief, granted=False, reason="依据没有写清。")
        assert admitted(city, code="quarter").state == "approved"
        services.remove(monthly(), actor=city.staff, reason="重复。")
        assert admitted(city, code="month", period="month").state == "approved"

    def test_what_waits_since_before_is_judged_once_more(self, city):
        ReportForm.objects.bulk_create([
            ReportForm(
                title="又一份月报", owner="市商务局", code="month", period="month", since=date(2026, 1, 1),
                entered_by=city.staff, entered_at=timezone.now(),
            )
        ])
        form = ReportForm.objects.get(title="又一份月报")
        with pytest.raises(ValidationError):
            services.decide(form, actor=city.chief, granted=True, reason="有依据。")
        assert services.decide(form, actor=city.chief, granted=False, reason="重复。").state == "refused"


LAST = date(2026, 12, 31)
NEXT = {"since": date(2027, 1, 1), "expires_on": date(2027, 12, 31)}


def renewed(city, form, **fields):
    words = ("title", "owner", "basis", "period", "code", "people", "money", "items_before", "items_after")
    same = {name: getattr(form, name) for name in words}
    return services.renew(form, actor=city.staff, **(same | NEXT | fields))


class TestRenewing:
    def test_the_next_time_is_a_new_form_that_is_decided_anew(self, city):
        old = admitted(city, expires_on=LAST)
        form = renewed(city, old)
        assert (form.renews, form.state, form.entered_by) == (old, "proposed", city.staff)
        assert form not in ReportForm.objects.in_force(date(2027, 1, 1))
        services.decide(form, actor=city.chief, granted=True, reason="还要用。")
        assert [one.pk for one in ReportForm.objects.in_force(LAST).filter(owner="市商务局")] == [old.pk]
        assert [one.pk for one in ReportForm.objects.in_force(date(2027, 1, 1)).filter(owner="市商务局")] == [form.pk]

    def test_it_begins_after_the_last_day(self, city):
        with pytest.raises(ValidationError) as refused:
            renewed(city, admitted(city, expires_on=LAST), since=LAST)
        assert refused.value.message_dict == {"since": ["原来的到 2026年12月31日止，请从它以后的一天起。"]}

    def test_it_is_renewed_once_and_again_where_that_was_refused(self, city):
        ReportForm.objects.filter(code="month").delete()
        old = admitted(city, code="month", period="month", since=date(2025, 1, 1), expires_on=LAST)
        first = renewed(city, old)
        with pytest.raises(Conflict):
            renewed(city, old)
        services.decide(first, actor=city.chief, granted=False, reason="依据没有写清。")
        assert renewed(city, old, basis="演示文件第 5 条").state == "proposed"

    def test_what_waits_was_refused_or_has_no_last_day_is_not_renewed(self, city):
        refused = services.decide(entered_form(city, title="旧表"), actor=city.chief, granted=False, reason="重复。")
        for form in (entered_form(city), refused, monthly()):
            with pytest.raises(Conflict):
                renewed(city, form)

    def test_only_the_committee_renews_and_corrects(self, city):
        for user in (city.secretary, city.auditor, city.stranger):
            with pytest.raises(PermissionDenied):
                services.renew(admitted(city, title=user.username), actor=user, **NEXT)
            with pytest.raises(PermissionDenied):
                services.correct(entered_form(city, title=f"{user.username} 2"), actor=user, title="别的")

    def test_the_page_proposes_the_year_after(self, city, sign_in):
        old, client = admitted(city, expires_on=LAST), sign_in(city.staff)
        url = reverse("admission:renew", args=[old.pk])
        present = client.get(url).context["asked"].initial
        assert {name: present[name] for name in NEXT} == NEXT
        answer = client.post(url, {**present, "code": "", "since": "2027-01-01", "expires_on": "2027-12-31"})
        assert answer.status_code == 302
        page = client.get(reverse("admission:detail", args=[old.pk])).content.decode()
        assert "2027年1月1日起续</a>，等审批" in page and client.get(url).status_code == 200
        assert "续的是" in client.get(answer.url).content.decode()


class TestRunningOut:
    def told(self, day):
        """How many forms the clock reminded of at noon of this day."""
        return sweeps.remind_of_expiry(datetime.combine(day, time(12), ZoneInfo("Asia/Shanghai")))

    def test_the_committee_hears_once_thirty_days_before(self, city):
        form = admitted(city, expires_on=LAST)
        assert [self.told(LAST - n * DAY) for n in (31, 30, 29, 0)] == [0, 1, 0, 0]
        told = Notice.objects.filter(key=f"form-expires:{form.pk}:2026-12-31")
        assert set(told.values_list("recipient__username", flat=True)) == {"chief", "staff"}

    def test_on_the_last_day_still_and_afterwards_no_more(self, city):
        admitted(city, expires_on=LAST)
        assert self.told(LAST + DAY) == 0
        assert self.told(LAST) == 1

    def test_what_is_renewed_needs_no_reminder(self, city):
        renewed(city, admitted(city, expires_on=LAST))
        assert self.told(LAST) == 0

    def test_the_rule_says_how_many_days(self, city):
        Rule.objects.filter(code="FORM_EXPIRY_REMINDER").update(value=5)
        admitted(city, expires_on=LAST)
        assert [self.told(LAST - n * DAY) for n in (6, 5)] == [0, 1]

    def test_list_and_page_say_how_many_days_are_left(self, city, sign_in):
        today = timezone.localdate()
        form = admitted(city, since=today - DAY, expires_on=today + 3 * DAY)
        client = sign_in(city.secretary)
        assert "3 天后到期" in client.get(reverse("admission:list")).content.decode()
        page = client.get(reverse("admission:detail", args=[form.pk])).content.decode()
        assert "还有 3 天到期。" in page and "续这张表" not in page


class TestInForce:
    def test_from_its_first_to_its_last_day(self, city):
        first, last = date(2026, 3, 1), date(2026, 5, 31)
        form = admitted(city, since=first, expires_on=last)
        days = [first - DAY, first, last, last + DAY]
        assert [form in ReportForm.objects.in_force(day) for day in days] == [False, True, True, False]

    def test_what_has_expired_is_past_by_its_date_alone(self, city):
        form, day = admitted(city, expires_on=date(2026, 5, 31)), date(2026, 6, 1)
        assert form in ReportForm.objects.past(day) and form not in ReportForm.objects.standing(day)
        assert monthly() not in ReportForm.objects.past(day)

    def test_the_monthly_form_is_admitted_from_the_start_and_its_basis_was_not_entered(self, city):
        form = monthly()
        assert (form.state, form.basis, form.expires_on, form.items_before) == ("approved", "", None, None)

    def test_what_the_committee_removed_stays_removed_when_the_lists_are_loaded_again(self, city):
        services.remove(monthly(), actor=city.staff, reason="重复。")
        reference.load()
        assert monthly().state == "removed"


class TestTheMonthlyReport:
    def test_is_opened_no_more_once_its_form_is_removed(self, city):
        services.remove(monthly(), actor=city.staff, reason="重复。")
        assert open_due(FIRST_OF_DECEMBER) == 0

    def test_is_opened_for_a_month_whose_last_day_is_the_last_of_the_form(self, city):
        ReportForm.objects.update(expires_on=date(2026, 11, 30))
        assert open_due(FIRST_OF_DECEMBER) == 2

    def test_a_form_that_was_decided_after_the_period_ended_asks_nothing_of_it(self, city):
        quarter = ReportForm.objects.get(code="quarter")
        end = datetime(2026, 9, 30, 17, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
        services.decide(quarter, actor=city.chief, granted=True, reason="有依据。", at=end + timedelta(seconds=1))
        assert services.admitted_codes({"quarter": end}) == set()
        assert services.admitted_codes({"quarter": end + timedelta(days=92)}) == {"quarter"}

    def test_is_opened_no_more_once_its_form_has_expired(self, city):
        ReportForm.objects.update(expires_on=date(2026, 11, 29))
        assert open_due(FIRST_OF_DECEMBER) == 0


class TestUnused:
    def unused(self, now=TEN_OF_DECEMBER):
        return usage.with_use(ReportForm.objects.filter(code="month"), now, date(2026, 12, 1)).get().unused

    @pytest.mark.parametrize(
        ("opened", "filed", "unused"),
        [
            ((8, 9, 10), (8,), 2), ((8, 9, 10), (), 3),
            ((9, 10), (9,), 0), ((9, 10), (10,), 0), ((7, 8, 9, 10), (10,), 0),
            ((10,), (), 0),  # one period says nothing yet
            ((), (), 0),
        ],
    )
    def test_after_two_periods_in_which_nobody_filed(self, city, opened, filed, unused):
        reports_of(city, *(f"2026-{n:02}" for n in opened), filed=[f"2026-{n:02}" for n in filed])
        assert self.unused() == unused

    def test_a_period_counts_once_however_many_branches_owed_it(self, city):
        reports_of(city, "2026-10")
        open_report(city.other_branch, due_at=FIRST_OF_DECEMBER)
        assert self.unused() == 0

    def test_a_period_that_is_not_due_says_nothing(self, city):
        reports_of(city, "2026-09", "2026-10")
        assert self.unused(FIRST_OF_DECEMBER - DAY) == 0

    def test_the_rule_says_how_many(self, city):
        reports_of(city, "2026-09", "2026-10")
        Rule.objects.filter(code=usage.ENOUGH).update(value=3)
        assert self.unused() == 0

    def test_the_page_proposes_it_for_removal(self, city, sign_in):
        for period in ("2026-09", "2026-10"):
            open_report(city.branch, period, due_at=timezone.now() - DAY)
        page = sign_in(city.secretary).get(reverse("admission:detail", args=[monthly().pk])).content.decode()
        assert "建议取消" in page and "最近 2 期" in page
        assert "建议取消" in sign_in(city.secretary).get(reverse("admission:list")).content.decode()

    def test_a_quarter_counts_as_one_period(self, city):
        ReportForm.objects.filter(code="quarter").update(state="approved")
        reports_of(city, "2026-Q2", "2026-Q3")
        unused = dict(usage.with_use(ReportForm.objects.all(), TEN_OF_DECEMBER, date(2026, 12, 1)).values_list(
            "code", "unused"
        ))
        assert unused == {"month": 0, "quarter": 2, "half-year": 0, "year": 0, "event": 0}

    def test_of_a_form_that_is_filled_elsewhere_no_use_is_known(self, city, sign_in):
        page = sign_in(city.staff).get(reverse("admission:detail", args=[admitted(city).pk])).content.decode()
        assert "用没用过本系统不知道" in page


class TestPages:
    def test_the_items_of_what_is_in_force_are_added_and_fengxin_stands_beside(self, city, sign_in):
        admitted(city, items_before=12, items_after=5)
        admitted(city, title="主播培训情况", items_before=6, items_after=0)
        services.remove(
            admitted(city, title="用工旬报", items_before=22, items_after=8), actor=city.staff, reason="没人用。"
        )
        admitted(city, title="上半年的表", items_before=99, items_after=99, expires_on=date(2026, 6, 30))
        entered_form(city, title="还没批的表", items_before=99, items_after=99)
        answer = sign_in(city.secretary).get(reverse("admission:list"))
        numbers, page = answer.context["numbers"], answer.content.decode()
        assert (numbers["before"], numbers["after"], numbers["uncounted"]) == (40, 5, 1)
        assert "取消了的 1 张算进原来" in page
        assert [number for _, _, number in answer.context["tabs"]] == [3, 5, 2]
        assert "外地参考：奉新县" in page and "截至 2024年10月" in page and "137 项" in page

    @pytest.mark.parametrize(
        ("show", "titles"),
        [
            ("proposed", ["还没批的表", "专项报告", "支部工作年报", "支部工作半年报", "支部工作季报"]),
            ("past", ["旧表"]), ("x", ["支部工作月报"]),
        ],
    )
    def test_each_tab_shows_its_own(self, city, sign_in, show, titles):
        entered_form(city, title="还没批的表")
        services.decide(entered_form(city, title="旧表"), actor=city.chief, granted=False, reason="重复。")
        page = sign_in(city.secretary).get(reverse("admission:list"), {"show": show}).context["page"]
        assert [form.title for form in page] == titles

    def test_what_has_not_begun_is_told_apart_so_that_the_numbers_agree(self, city, sign_in):
        client, url = sign_in(city.secretary), reverse("admission:list")
        assert "还没开始" not in client.get(url).content.decode()
        admitted(city, since=timezone.localdate() + DAY)
        answer = client.get(url)
        numbers, page = answer.context["numbers"], answer.content.decode()
        assert numbers["standing"] == numbers["in_force"] + 1
        said = f"在用的 {numbers['standing']} 张表，其中 1 张还没开始。现在有效的 {numbers['in_force']} 张表"
        assert said in page

    def test_the_bounds_of_a_number_are_said_with_its_unit(self, city, sign_in):
        page = sign_in(city.staff).post(reverse("admission:new"), {"money": "很多"}).content.decode()
        assert "请填 0 到 1000000000 元的整数" in page and "请填 0 到 10000 的整数" in page

    def test_staff_enter_and_the_secretary_decides(self, city, sign_in):
        sent = {
            "title": "直播间用工情况", "owner": "市商务局", "basis": "演示文件第 3 条", "period": "quarter",
            "since": "2026-11-01", "expires_on": "2027-10-31", "people": "0", "money": "2000", "items_before": "12",
            "items_after": "5",
        }
        answer = sign_in(city.staff).post(reverse("admission:new"), sent)
        form = ReportForm.objects.get(owner="市商务局")
        assert answer.url == reverse("admission:detail", args=[form.pk])
        assert (form.people, form.money, form.code, form.state) == (0, 2000, None, "proposed")
        decide = reverse("admission:decide", args=[form.pk])
        said = {"granted": "yes", "reason": "有依据。", "version": 1}
        assert sign_in(city.staff).post(decide, said).status_code == 403
        assert sign_in(city.chief).post(decide, said).status_code == 302
        page = sign_in(city.secretary).get(answer.url).content.decode()
        assert "有依据。" in page and "随表来 2000 元" in page

    def test_a_last_day_before_the_first_is_said_at_its_field(self, city, sign_in):
        answer = sign_in(city.staff).post(
            reverse("admission:new"), {"since": "2026-11-01", "expires_on": "2026-10-31", "people": "-1"}
        )
        assert answer.status_code == 400
        assert answer.context["asked"].errors["expires_on"] == ["截止日期不能早于开始日期。"]
        assert "0 到 10000" in answer.context["asked"].errors["people"][0]
