from django.urls import path

from anchors.moves import views

app_name = "moves"
urlpatterns = [
    path("", views.move_list, name="list"),
    path("new/", views.move_new, name="new"),
    path("<int:pk>/", views.move_detail, name="detail"),
    path("<int:pk>/undo/", views.move_undo, name="undo"),
]
