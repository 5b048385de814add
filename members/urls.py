from django.urls import path

from members.roster import views as roster
from members.tree import views as tree

app_name = "members"
urlpatterns = [
    path("", roster.member_list, name="list"),
    path("tree/", tree.tree, name="tree"),
    path("new/", roster.member_new, name="new"),
    path("<int:pk>/", roster.member_card, name="detail"),
    path("<int:pk>/edit/", roster.member_edit, name="edit"),
    path("<int:pk>/activation/", roster.member_activation, name="activation"),
    path("<int:pk>/id-number/", roster.member_number, name="number"),
    path("<int:pk>/participations/new/", roster.participation_new, name="participate"),
    path("participations/<int:pk>/end/", roster.participation_end, name="participation_end"),
    path("activists/new/", roster.activist_new, name="activist_new"),
    path("activists/<int:pk>/end/", roster.activist_end, name="activist_end"),
    path("<int:pk>/floating/new/", roster.floating_out, name="float_out"),
    path("floating/new/", roster.floating_in, name="float_in"),
    path("floating/<int:pk>/end/", roster.floating_end, name="floating_end"),
]
