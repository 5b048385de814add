"""The page's door to 回避."""

from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from appeals.doors import act
from appeals.models import Appeal
from appeals.recusal import services
from appeals.workflow import Verb


@require_POST
def recuse(request, pk):
    """Whoever named themselves has lost sight of it: they go back to the list."""
    answer = act(request, pk, Verb.RECUSE, services.recuse, "已设回避。从现在起，对方看不到这一件。")
    if answer.status_code == 302 and not Appeal.objects.visible_to(request.user).filter(pk=pk).exists():
        return redirect("appeals:list")
    return answer
