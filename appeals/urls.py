from django.urls import path

from appeals import views
from appeals.answering import views as answering
from appeals.attachments import views as attachments
from appeals.dispatching import views as dispatching
from appeals.duties import views as duties
from appeals.ending import views as ending
from appeals.judging import views as judging
from appeals.merging import views as merging
from appeals.negotiation import views as negotiation
from appeals.pausing import views as pausing
from appeals.proof import views as proof
from appeals.protection import audit_views as audit
from appeals.protection import viewer_views
from appeals.protection import views as protection
from appeals.publishing import views as publishing
from appeals.reckoning import views as reckoning
from appeals.recusal import views as recusal
from appeals.supervision import views as supervision

app_name = "appeals"
urlpatterns = [
    path("", views.appeal_list, name="list"),
    path("new/", views.appeal_new, name="new"),
    path("seals/", proof.seals, name="seals"),
    path("seals/<int:pk>/", proof.seal, name="seal"),
    path("anonymous/", protection.new, name="anonymous"),
    path("audit/", audit.trails, name="audit"),
    path("audit/records/", audit.records, name="audit_records"),
    path("audit/<int:pk>/", audit.trail, name="audit_trail"),
    path("<int:pk>/viewers/", viewer_views.viewers, name="viewers"),
    path("<int:pk>/grant-words/", audit.grant_words, name="grant_words"),
    path("duties/", duties.duty_list, name="duties"),
    path("duties/<slug:pk>/", duties.duty_edit, name="duty"),
    path("dispatches/", dispatching.dispatches, name="dispatches"),
    path("sheets/", supervision.sheets, name="sheets"),
    path("sheets/<int:pk>/", supervision.sheet, name="sheet"),
    path("<int:pk>/", views.appeal_detail, name="detail"),
    path("<int:pk>/attachments/<uuid:uuid>/", attachments.attachment, name="attachment"),
    path("<int:pk>/receipt/", proof.receipt, name="receipt"),
    path("<int:pk>/check/", proof.check, name="check"),
    path("<int:pk>/erase/", proof.erase, name="erase"),
    path("<int:pk>/accept/", views.accept, name="accept"),
    path("<int:pk>/note/", views.note, name="note"),
    path("<int:pk>/hand-up/", views.hand_up, name="hand_up"),
    path("<int:pk>/reply/", views.reply, name="reply"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/recuse/", recusal.recuse, name="recuse"),
    path("<int:pk>/hints/", answering.hints, name="hints"),
    path("<int:pk>/release/", answering.release, name="release"),
    path("<int:pk>/decide-release/", answering.decide_release, name="decide_release"),
    path("<int:pk>/transfer/", negotiation.transfer, name="transfer"),
    path("<int:pk>/return/", negotiation.ask_return, name="return"),
    path("<int:pk>/decide-return/", negotiation.decide_return, name="decide_return"),
    path("<int:pk>/assign/", negotiation.assign, name="assign"),
    path("<int:pk>/reclassify/", negotiation.reclassify, name="reclassify"),
    path("<int:pk>/dispatch/", dispatching.dispatch, name="dispatch"),
    path("<int:pk>/dispatch-reply/", dispatching.dispatch_reply, name="dispatch_reply"),
    path("<int:pk>/supervise/", supervision.supervise, name="supervise"),
    path("<int:pk>/answer-sheet/", supervision.answer_sheet, name="answer_sheet"),
    path("<int:pk>/extend/", negotiation.extend, name="extend"),
    path("<int:pk>/decide-extension/", negotiation.decide_extension, name="decide_extension"),
    path("statistics/", reckoning.statistics, name="statistics"),
    path("statistics/export/", reckoning.export, name="statistics_export"),
    path("follow-ups/", judging.follow_ups, name="follow_ups"),
    path("<int:pk>/follow-up/", judging.follow_up, name="follow_up"),
    path("<int:pk>/consent/", publishing.consent, name="consent"),
    path("<int:pk>/publish/", publishing.publish, name="publish"),
    path("<int:pk>/merge/", merging.merge, name="merge"),
    path("<int:pk>/unmerge/", merging.unmerge, name="unmerge"),
    path("<int:pk>/suspend/", pausing.suspend, name="suspend"),
    path("<int:pk>/resume/", pausing.resume, name="resume"),
    path("<int:pk>/supplement/", pausing.supplement, name="supplement"),
    path("<int:pk>/refer/", ending.refer, name="refer"),
    path("<int:pk>/refuse/", ending.refuse, name="refuse"),
    path("<int:pk>/review/", ending.review, name="review"),
]
