from django.urls import path

from branches.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.report_list, name="list"),
    path("<int:pk>/", views.report_detail, name="detail"),
    path("<int:pk>/records/<slug:code>/", views.report_records, name="records"),
    path("<int:pk>/file/", views.report_file, name="file"),
    path("<int:pk>/accept/", views.report_accept, name="accept"),
    path("<int:pk>/return/", views.report_return, name="return"),
]
