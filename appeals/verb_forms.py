"""Which form each verb has on a page."""

from appeals.answering.forms import DecideReleaseForm, ReleaseForm
from appeals.dispatching.forms import DispatchForm, DispatchReplyForm
from appeals.ending.forms import NotHereForm, ReviewForm
from appeals.forms import ConfirmForm, HandUpForm, NoteForm, ReopenForm, ReplyForm, VerbForm, WithdrawForm
from appeals.judging.forms import FollowUpForm
from appeals.merging.forms import MergeForm
from appeals.negotiation.forms import (
    AssignForm,
    DecideExtensionForm,
    DecideReturnForm,
    ExtendForm,
    ReclassifyForm,
    ReturnForm,
    TransferForm,
)
from appeals.pausing.forms import SupplementForm, SuspendForm
from appeals.publishing.forms import ConsentForm, PublishForm
from appeals.recusal.forms import RecuseForm
from appeals.supervision.forms import AnswerSheetForm, SuperviseForm
from appeals.workflow import Verb

FORMS = {
    Verb.RECUSE: RecuseForm,
    Verb.ACCEPT: VerbForm, Verb.NOTE: NoteForm, Verb.HAND_UP: HandUpForm, Verb.REPLY: ReplyForm,
    Verb.CONFIRM: ConfirmForm, Verb.REOPEN: ReopenForm, Verb.WITHDRAW: WithdrawForm,
    Verb.TRANSFER: TransferForm, Verb.RETURN: ReturnForm, Verb.DECIDE_RETURN: DecideReturnForm,
    Verb.ASSIGN: AssignForm, Verb.RECLASSIFY: ReclassifyForm, Verb.EXTEND: ExtendForm,
    Verb.DECIDE_EXTENSION: DecideExtensionForm,
    Verb.FOLLOW_UP: FollowUpForm,
    Verb.CONSENT: ConsentForm, Verb.PUBLISH: PublishForm,
    Verb.MERGE: MergeForm, Verb.UNMERGE: VerbForm,
    Verb.RELEASE: ReleaseForm, Verb.DECIDE_RELEASE: DecideReleaseForm,
    Verb.DISPATCH: DispatchForm, Verb.DISPATCH_REPLY: DispatchReplyForm,
    Verb.SUPERVISE: SuperviseForm, Verb.ANSWER_SHEET: AnswerSheetForm,
    Verb.SUSPEND: SuspendForm, Verb.RESUME: VerbForm, Verb.SUPPLEMENT: SupplementForm,
    Verb.REFER: NotHereForm, Verb.REFUSE: NotHereForm, Verb.REVIEW: ReviewForm,
}


def form_of(verb, appeal, user, data=None, files=None):
    """The form of a verb for `user`, bound to `data` if given; ids carry the verb, for a page holds several."""
    initial = {"version": appeal.version}
    return FORMS[verb](data, files, auto_id=f"{verb}_%s", initial=initial, appeal=appeal, user=user)


def drawn_anew(form, appeal):
    """The same bound form over the present version: who has read the fresh state may send the words again."""
    form.data = form.data.copy()
    form.data["version"] = str(appeal.version)
    return form
