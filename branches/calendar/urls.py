from django.urls import path

from branches.calendar import views

app_name = "calendar"
urlpatterns = [
    path("", views.this_year, name="now"),
    path("duty/", views.duty, name="duty"),
    path("duty/<int:pk>/remove/", views.duty_remove, name="duty_remove"),
    path("<int:pk>/", views.year_page, name="year"),
    path("<int:pk>/edit/", views.year_edit, name="edit"),
    path("<int:pk>/confirm/", views.year_confirm, name="confirm"),
]
