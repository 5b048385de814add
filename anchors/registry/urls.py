from django.urls import path

from anchors.registry import views

app_name = "anchors"
urlpatterns = [
    path("", views.anchor_list, name="list"),
    path("new/", views.register, name="register"),
    path("export/", views.export, name="export"),
    path("own/", views.own, name="own"),
    path("own/data/", views.own_data, name="own_data"),
    path("own/withdraw/", views.withdraw, name="withdraw"),
    path("own/agree/", views.agree, name="agree"),
    path("<int:pk>/", views.anchor_card, name="detail"),
    path("<int:pk>/edit/", views.correct, name="correct"),
    path("<int:pk>/accounts/", views.account_new, name="account_new"),
    path("accounts/<int:pk>/", views.account, name="account"),
    path("accounts/<int:pk>/drop/", views.account_drop, name="account_drop"),
]
