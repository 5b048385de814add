from django.urls import path

from anchors.registry import views

app_name = "anchors"
urlpatterns = [
    path("", views.anchor_list, name="list"),
    path("<int:pk>/", views.anchor_card, name="detail"),
]
