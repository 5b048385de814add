from django.urls import path

from members.dues import views

app_name = "dues"
urlpatterns = [path("quote/", views.dues_quote, name="quote")]
