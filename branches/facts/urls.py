from django.urls import path

from branches.facts import views

app_name = "facts"
urlpatterns = [path("", views.fact_list, name="list")]
