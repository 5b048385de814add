from django.urls import path

from branches.organisation import views

app_name = "branches"
urlpatterns = [
    path("", views.branch_list, name="list"),
    path("units/", views.units, name="units"),
    path("new/", views.branch_new, name="new"),
    path("<int:pk>/", views.branch_card, name="detail"),
    path("<int:pk>/edit/", views.branch_correct, name="correct"),
    path("<int:pk>/withdraw/", views.branch_withdraw, name="withdraw"),
    path("<int:pk>/reply-check/", views.branch_reply_check, name="reply_check"),
    path("<int:pk>/election/", views.branch_election, name="election"),
    path("committees/<int:pk>/reply-check/", views.committee_reply_check, name="committee_reply_check"),
    path("enterprises/", views.enterprise_list, name="enterprises"),
    path("enterprises/export/", views.enterprise_export, name="enterprise_export"),
    path("enterprises/new/", views.enterprise_new, name="enterprise_new"),
    path("enterprises/<int:pk>/", views.enterprise_card, name="enterprise"),
    path("enterprises/<int:pk>/edit/", views.enterprise_correct, name="enterprise_correct"),
]
