from django.urls import path

from accounts import views

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("activate/", views.activate, name="activate"),
    path("me/", views.me, name="me"),
    path("me/password/", views.change_password, name="password"),
    path("me/sessions/end/", views.end_session, name="end_session"),
]
