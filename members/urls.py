from django.urls import path

from members import views
from members.tree import views as tree

app_name = "members"
urlpatterns = [path("", views.member_list, name="list"), path("tree/", tree.tree, name="tree")]
