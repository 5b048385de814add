from django.urls import path

from branches.posts import views

app_name = "posts"
urlpatterns = [
    path("branches/<int:pk>/", views.branch_posts, name="branch"),
    path("committees/<int:pk>/", views.committee_posts, name="committee"),
    path("<int:pk>/end/", views.end_post, name="end"),
    path("<int:pk>/withdraw/", views.withdraw_post, name="withdraw"),
]
