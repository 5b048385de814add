from django.urls import path

from appeals.posters import views

app_name = "posters"
urlpatterns = [
    path("p/<slug:code>/", views.door, name="door"),
    path("receipt/", views.receipt, name="receipt"),
    path("receipt/password/", views.password, name="password"),
]
