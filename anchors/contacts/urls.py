from django.urls import path

from anchors.contacts import own_views, spread_views, views

app_name = "contacts"
urlpatterns = [
    path("", views.work_list, name="list"),
    path("<int:pk>/", views.assign, name="assign"),
    path("topics/", views.topics, name="topics"),
    path("spread/", spread_views.spread, name="spread"),
    path("spread/<int:pk>/", spread_views.result, name="spread_result"),
    path("spread/<int:pk>/undo/", spread_views.undo, name="spread_undo"),
    path("mine/", own_views.mine, name="mine"),
    path("mine/wish/", own_views.wish, name="wish"),
    path("mine/wish/back/", own_views.wish_back, name="wish_back"),
    path("mine/decline/", own_views.decline, name="decline"),
    path("mine/accept/", own_views.accept, name="accept"),
    path("<int:pk>/logs/", views.log, name="log"),
    path("logs/<int:pk>/delete/", views.log_delete, name="log_delete"),
]
