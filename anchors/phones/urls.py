from django.urls import path

from anchors.phones import views

app_name = "phones"
urlpatterns = [
    path("<int:pk>/phone/", views.anchor_phone, name="anchor"),
    path("newcomers/<int:pk>/phone/", views.newcomer_phone, name="newcomer"),
]
