from django.urls import path

from appeals.protection import views

app_name = "receipts"
urlpatterns = [
    path("", views.receipt, name="receipt"),
    path("close/", views.close, name="close"),
    path("files/<uuid:uuid>/", views.attachment, name="attachment"),
    path("viewers/", views.viewers, name="viewers"),
    path("confirm/", views.confirm, name="confirm"),
    path("reopen/", views.reopen, name="reopen"),
    path("supplement/", views.supplement, name="supplement"),
    path("review/", views.review, name="review"),
    path("withdraw/", views.withdraw, name="withdraw"),
]
