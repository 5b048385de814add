from django.urls import path

from branches.measures import views

app_name = "measures"
urlpatterns = [
    path("", views.measure_list, name="list"),
    path("<int:pk>/", views.measure_detail, name="detail"),
    path("<int:pk>/edit/", views.measure_edit, name="edit"),
    path("<int:pk>/progress/", views.measure_progress, name="progress"),
    path("<int:pk>/evidence/", views.measure_evidence, name="evidence"),
    path("evidence/<int:pk>/unlink/", views.evidence_unlink, name="unlink"),
]
