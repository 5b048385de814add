from django.urls import path

from branches.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.report_list, name="list"),
    path("<int:pk>/", views.report_detail, name="detail"),
    path("<int:pk>/records/<slug:code>/", views.report_records, name="records"),
    path("<int:pk>/file/", views.report_file, name="file"),
    path("<int:pk>/see/", views.report_see, name="see"),
]
