from django.urls import include, path

from accounts import api as accounts
from anchors.activation import api as activation
from anchors.contacts import api as contacts
from anchors.registry import api as anchors
from appeals import api as appeals
from appeals.answering import api as answering
from appeals.attachments import api as attachments
from appeals.dispatching import api as dispatching
from appeals.ending import api as ending
from appeals.judging import api as judging
from appeals.merging import api as appeal_merging
from appeals.negotiation import api as negotiation
from appeals.pausing import api as pausing
from appeals.protection import api as protection
from appeals.publishing import api as publishing
from appeals.reckoning import api as reckoning
from appeals.recusal import api as recusal
from appeals.supervision import api as supervision
from branches.organisation import api as organisation
from branches.reports import api as reports
from branches.stations import api as stations
from members.dues import api as dues
from members.meetings import api as meetings
from notices import api as notices
from xinyu_portal import api_docs

app_name = "api"

v1 = [
    path("auth/token/", accounts.TokenView.as_view(), name="token"),
    path("auth/tokens/", accounts.tokens_revoke, name="tokens"),
    path("activations/", activation.activations, name="activations"),
    path("activations/redeem/", accounts.RedeemView.as_view(), name="redeem"),
    path("me/", organisation.me, name="me"),
    path("categories/", appeals.categories, name="categories"),
    path("reply-templates/", answering.TemplateList.as_view(), name="reply-templates"),
    path("appeals/", appeals.AppealList.as_view(), name="appeals"),
    path("appeals/<int:pk>/", appeals.appeal_detail, name="appeal"),
    path("appeals/<int:pk>/trail/", appeals.appeal_trail, name="trail"),
    path("appeals/<int:pk>/deadline/", appeals.appeal_deadline, name="deadline"),
    path("appeals/<int:pk>/attachments/<uuid:uuid>/", attachments.attachment, name="attachment"),
    path("appeals/<int:pk>/accept/", appeals.accept, name="accept"),
    path("appeals/<int:pk>/note/", appeals.note, name="note"),
    path("appeals/<int:pk>/hand-up/", appeals.hand_up, name="hand-up"),
    path("appeals/<int:pk>/reply/", appeals.reply, name="reply"),
    path("appeals/<int:pk>/confirm/", appeals.confirm, name="confirm"),
    path("appeals/<int:pk>/reopen/", appeals.reopen, name="reopen"),
    path("appeals/<int:pk>/withdraw/", appeals.withdraw, name="withdraw"),
    path("appeals/<int:pk>/recuse/", recusal.recuse, name="recuse"),
    path("appeals/<int:pk>/release/", answering.release, name="release"),
    path("appeals/<int:pk>/decide-release/", answering.decide_release, name="decide-release"),
    path("appeals/<int:pk>/transfer/", negotiation.transfer, name="transfer"),
    path("appeals/<int:pk>/return/", negotiation.ask_return, name="return"),
    path("appeals/<int:pk>/decide-return/", negotiation.decide_return, name="decide-return"),
    path("appeals/<int:pk>/assign/", negotiation.assign, name="assign"),
    path("appeals/<int:pk>/reclassify/", negotiation.reclassify, name="reclassify"),
    path("appeals/<int:pk>/dispatch/", dispatching.dispatch, name="dispatch"),
    path("appeals/<int:pk>/dispatch-reply/", dispatching.dispatch_reply, name="dispatch-reply"),
    path("appeals/<int:pk>/supervise/", supervision.supervise, name="supervise"),
    path("appeals/<int:pk>/answer-sheet/", supervision.answer_sheet, name="answer-sheet"),
    path("appeals/<int:pk>/extend/", negotiation.extend, name="extend"),
    path("appeals/<int:pk>/decide-extension/", negotiation.decide_extension, name="decide-extension"),
    path("appeals/<int:pk>/follow-up/", judging.follow_up, name="follow-up"),
    path("statistics/", reckoning.statistics, name="statistics"),
    path("appeals/<int:pk>/consent/", publishing.consent, name="consent"),
    path("appeals/<int:pk>/publish/", publishing.publish, name="publish"),
    path("appeals/<int:pk>/merge/", appeal_merging.merge, name="merge"),
    path("appeals/<int:pk>/unmerge/", appeal_merging.unmerge, name="unmerge"),
    path("receipts/<str:code>/", protection.receipt, name="receipt"),
    path("appeals/<int:pk>/viewers/", protection.Viewers.as_view(), name="viewers"),
    path("receipts/<str:code>/viewers/", protection.receipt_viewers, name="receipt-viewers"),
    path("receipts/<str:code>/confirm/", protection.confirm, name="receipt-confirm"),
    path("receipts/<str:code>/reopen/", protection.reopen, name="receipt-reopen"),
    path("receipts/<str:code>/supplement/", protection.supplement, name="receipt-supplement"),
    path("receipts/<str:code>/review/", protection.review, name="receipt-review"),
    path("receipts/<str:code>/withdraw/", protection.withdraw, name="receipt-withdraw"),
    path("appeals/<int:pk>/suspend/", pausing.suspend, name="suspend"),
    path("appeals/<int:pk>/resume/", pausing.resume, name="resume"),
    path("appeals/<int:pk>/supplement/", pausing.supplement, name="supplement"),
    path("appeals/<int:pk>/refer/", ending.refer, name="refer"),
    path("appeals/<int:pk>/refuse/", ending.refuse, name="refuse"),
    path("appeals/<int:pk>/review/", ending.review, name="review"),
    path("anchors/", anchors.AnchorList.as_view(), name="anchors"),
    path("anchors/<int:pk>/", anchors.anchor_detail, name="anchor"),
    path("anchors/<int:pk>/assign-contact/", contacts.assign, name="assign-contact"),
    path("partners/", organisation.PartnerList.as_view(), name="partners"),
    path("branches/", organisation.BranchList.as_view(), name="branches"),
    path("branches/<int:pk>/", organisation.branch_detail, name="branch"),
    path("stations/", stations.StationList.as_view(), name="stations"),
    path("calendar.ics", meetings.calendar, name="calendar"),
    path("dues/quote/", dues.dues_quote, name="dues-quote"),
    path("reports/", reports.ReportList.as_view(), name="reports"),
    path("reports/rollup/", reports.report_rollup, name="report-rollup"),
    path("reports/<int:pk>/", reports.report_detail, name="report"),
    path("reports/<int:pk>/records/<slug:code>/", reports.RecordList.as_view(), name="report-records"),
    path("reports/<int:pk>/file/", reports.report_file, name="report-file"),
    path("reports/<int:pk>/accept/", reports.report_accept, name="report-accept"),
    path("reports/<int:pk>/return/", reports.report_return, name="report-return"),
    path("notices/", notices.NoticeList.as_view(), name="notices"),
    path("notices/<int:pk>/read/", notices.notice_read, name="notice-read"),
]

urlpatterns = [
    path("v1/", include(v1)),
    path("schema/", api_docs.schema, name="schema"),
    path("docs/", api_docs.docs, name="docs"),
]
