from django.urls import path

from appeals.answering import views

app_name = "answering"
urlpatterns = [
    path("", views.template_list, name="templates"),
    path("new/", views.template_new, name="template_new"),
    path("<int:pk>/", views.template_change, name="template_change"),
    path("<int:pk>/retire/", views.template_retire, name="template_retire"),
]
