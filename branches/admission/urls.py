from django.urls import path

from branches.admission import views

app_name = "admission"
urlpatterns = [
    path("", views.form_list, name="list"),
    path("new/", views.form_new, name="new"),
    path("<int:pk>/", views.form_detail, name="detail"),
    path("<int:pk>/correct/", views.form_correct, name="correct"),
    path("<int:pk>/renew/", views.form_renew, name="renew"),
    path("<int:pk>/decide/", views.form_decide, name="decide"),
    path("<int:pk>/remove/", views.form_remove, name="remove"),
]
