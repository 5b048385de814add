from django.urls import path

from members.sheets import views

app_name = "sheets"
urlpatterns = [
    path("", views.sheet_list, name="list"),
    path("import/", views.import_new, name="import_new"),
    path("imports/<int:pk>/", views.import_detail, name="import"),
    path("imports/<int:pk>/rejected/", views.import_rejected, name="rejected"),
    path("imports/<int:pk>/confirm/", views.import_confirm, name="confirm"),
    path("imports/<int:pk>/discard/", views.import_discard, name="discard"),
    path("<slug:code>/template/", views.import_template, name="template"),
    path("<slug:code>/export/", views.sheet_export, name="export"),
    path("<slug:code>/columns/", views.sheet_columns, name="columns"),
    path("<slug:code>/reset/", views.sheet_reset, name="reset"),
]
