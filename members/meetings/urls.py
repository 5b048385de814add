from django.urls import path

from members.meetings import views, year_views

app_name = "meetings"
urlpatterns = [
    path("", views.meeting_list, name="list"),
    path("export/", views.meeting_export, name="export"),
    path("new/", views.meeting_new, name="new"),
    path("calendar/", year_views.calendar, name="calendar"),
    path("subscription/", year_views.subscription, name="subscription"),
    path("study/", year_views.study, name="study"),
    path("study/<int:pk>/", year_views.study_line, name="study_line"),
    path("study/<int:pk>/drop/", year_views.study_drop, name="study_drop"),
    path("<int:pk>/", views.meeting_detail, name="detail"),
    path("<int:pk>/edit/", views.meeting_edit, name="edit"),
    path("<int:pk>/record/", views.meeting_record, name="record"),
    path("<int:pk>/cancel/", views.meeting_cancel, name="cancel"),
    path("<int:pk>/see/", views.meeting_see, name="see"),
    path("<int:pk>/send-back/", views.meeting_send_back, name="send_back"),
]
