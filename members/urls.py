from django.urls import path

from members.roster import lasting_views as lasting
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
    path("<int:pk>/participations/new/", lasting.participation_new, name="participate"),
    path("participations/<int:pk>/end/", lasting.participation_end, name="participation_end"),
    path("activists/new/", lasting.activist_new, name="activist_new"),
    path("activists/<int:pk>/", lasting.activist_card, name="activist"),
    path("activists/<int:pk>/edit/", lasting.activist_edit, name="activist_edit"),
    path("activists/<int:pk>/end/", lasting.activist_end, name="activist_end"),
    path("<int:pk>/floating/new/", lasting.floating_out, name="float_out"),
    path("floating/new/", lasting.floating_in, name="float_in"),
    path("floating/<int:pk>/", lasting.floating_card, name="floating"),
    path("floating/<int:pk>/edit/", lasting.floating_edit, name="floating_edit"),
    path("floating/<int:pk>/end/", lasting.floating_end, name="floating_end"),
]
