from django.urls import path

from anchors.census import views

app_name = "census"
urlpatterns = [
    path("", views.import_list, name="list"),
    path("new/", views.import_new, name="new"),
    path("template.xlsx", views.template_workbook, name="template"),
    path("<int:pk>/", views.import_detail, name="detail"),
    path("<int:pk>/confirm/", views.import_confirm, name="confirm"),
    path("<int:pk>/discard/", views.import_discard, name="discard"),
    path("<int:pk>/rejected.xlsx", views.rejected_workbook, name="rejected"),
    path("rounds/<int:pk>/", views.round_detail, name="round"),
]
