from django.urls import path

from members.transfers import views

app_name = "transfers"
urlpatterns = [
    path("new/<int:pk>/", views.transfer_new, name="new"),
    path("<int:pk>/", views.transfer_detail, name="detail"),
    path("<int:pk>/receive/", views.transfer_receive, name="receive"),
    path("<int:pk>/close/", views.transfer_close, name="close"),
    path("<int:pk>/cancel/", views.transfer_cancel, name="cancel"),
]
