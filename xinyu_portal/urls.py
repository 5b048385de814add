from django.contrib import admin
from django.urls import include, path

from appeals.publishing import views as publishing
from xinyu_portal import views
from xinyu_portal.branch_home import branch_home
from xinyu_portal.clock_page import clock_state
from xinyu_portal.committee_home import committee_home
from xinyu_portal.health import healthz

urlpatterns = [
    path("", views.home, name="home"),
    path("branch/", branch_home, name="branch_home"),
    path("committee/", committee_home, name="committee_home"),
    path("committee/clock/", clock_state, name="clock"),
    path("healthz", healthz, name="healthz"),
    path("big-type/", views.big_type, name="big_type"),
    path("", include("accounts.urls")),
    path("notices/", include("notices.urls")),
    path("branches/", include("branches.organisation.urls")),
    path("posts/", include("branches.posts.urls")),
    path("stations/", include("branches.stations.urls")),
    path("facts/", include("branches.facts.urls")),
    path("rules/", include("branches.rules.urls")),
    path("measures/", include("branches.measures.urls")),
    path("calendar/", include("branches.calendar.urls")),
    path("reports/", include("branches.reports.urls")),
    path("forms/", include("branches.admission.urls")),
    path("dues/", include("members.dues.urls")),
    path("meetings/", include("members.meetings.urls")),
    path("members/transfers/", include("members.transfers.urls")),
    path("members/groups/", include("members.groups.urls")),
    path("members/sheets/", include("members.sheets.urls")),
    path("members/", include("members.urls")),
    path("anchors/contacts/", include("anchors.contacts.urls")),
    path("anchors/newcomers/", include("anchors.newcomers.urls")),
    path("anchors/moves/", include("anchors.moves.urls")),
    path("anchors/merging/", include("anchors.merging.urls")),
    path("anchors/census/", include("anchors.census.urls")),
    path("anchors/", include("anchors.registry.urls")),
    path("anchors/", include("anchors.activation.urls")),
    path("anchors/", include("anchors.phones.urls")),
    path("appeals/reply-templates/", include("appeals.answering.urls")),
    path("appeals/", include("appeals.urls")),
    path("receipts/", include("appeals.protection.receipt_urls")),
    path("", include("appeals.posters.urls")),
    path("answers/", publishing.answers, name="answers"),
    path("answers/<int:pk>/", publishing.answer, name="answer"),
    path("api/", include("xinyu_portal.api_urls")),
    path("admin/login/", views.admin_login),
    path("admin/", admin.site.urls),
]

handler400 = "xinyu_portal.refusals.bad_request"
handler404 = "xinyu_portal.refusals.not_found"
