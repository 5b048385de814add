from django.urls import path

from anchors.newcomers import views

app_name = "newcomers"
urlpatterns = [
    path("", views.newcomer_list, name="list"),
    path("<int:pk>/", views.newcomer_detail, name="detail"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/join/", views.join, name="join"),
    path("<int:pk>/close/", views.close, name="close"),
    path("posters/branch/<int:pk>/", views.branch_poster, name="branch_poster"),
    path("posters/station/<int:pk>/", views.station_poster, name="station_poster"),
]
