from django.urls import path

from branches.reports import rollup_views, views

app_name = "reports"
urlpatterns = [
    path("", views.report_list, name="list"),
    path("rollup/", rollup_views.rollup_page, name="rollup"),
    path("rollup/excel/", rollup_views.rollup_excel, name="rollup_excel"),
    path("rollup/word/", rollup_views.rollup_word, name="rollup_word"),
    path("template/", rollup_views.template_page, name="template"),
    path("template/restore/", rollup_views.template_restore, name="template_restore"),
    path("template/standard.docx", rollup_views.template_file, {"which": "standard"}, name="template_standard"),
    path("template/current.docx", rollup_views.template_file, {"which": "current"}, name="template_current"),
    path("events/new/", rollup_views.event_new, name="event_new"),
    path("<int:pk>/", views.report_detail, name="detail"),
    path("<int:pk>/records/<slug:code>/", views.report_records, name="records"),
    path("<int:pk>/word/", rollup_views.report_word, name="word"),
    path("<int:pk>/file/", views.report_file, name="file"),
    path("<int:pk>/accept/", views.report_accept, name="accept"),
    path("<int:pk>/return/", views.report_return, name="return"),
]
