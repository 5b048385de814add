from django.urls import path

from anchors.activation import views

app_name = "activation"
urlpatterns = [
    path("<int:pk>/activation/", views.issue, name="issue"),
]
