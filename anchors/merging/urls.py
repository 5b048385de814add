from django.urls import path

from anchors.merging import views

app_name = "merging"
urlpatterns = [
    path("", views.merge_list, name="list"),
    path("new/", views.merge_new, name="new"),
    path("<int:pk>/", views.merge_detail, name="detail"),
    path("<int:pk>/undo/", views.merge_undo, name="undo"),
]
