from django.urls import path

from members.dues import views

app_name = "dues"
urlpatterns = [
    path("", views.dues_list, name="list"),
    path("quote/", views.dues_quote, name="quote"),
    path("mine/", views.dues_mine, name="mine"),
    path("runs/<int:pk>/undo/", views.dues_undo, name="undo"),
    path("<int:pk>/", views.dues_detail, name="detail"),
    path("<int:pk>/approve/", views.dues_approve, name="approve"),
    path("<int:pk>/correct/", views.dues_correct, name="correct"),
]
