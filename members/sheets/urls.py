from django.urls import path

from members.sheets import views

app_name = "sheets"
urlpatterns = [
    path("", views.sheet_list, name="list"),
    path("<slug:code>/export/", views.sheet_export, name="export"),
    path("<slug:code>/columns/", views.sheet_columns, name="columns"),
    path("<slug:code>/reset/", views.sheet_reset, name="reset"),
]
