from django.urls import path

from members.groups import views

app_name = "groups"
urlpatterns = [
    path("", views.group_list, name="list"),
    path("<int:pk>/", views.group_detail, name="detail"),
    path("<int:pk>/dissolve/", views.group_dissolve, name="dissolve"),
]
