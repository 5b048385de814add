from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from branches.rules.services import rules_on
from members.dues.forms import QuoteForm
from members.dues.quoting import Kind, quote


@require_http_methods(["GET", "HEAD", "POST"])
def dues_quote(request):
    """A calculator. It is posted, so that no income stands in an address or in a log; nothing is stored."""
    form = QuoteForm(request.POST if request.method == "POST" else None)
    found = quote(form.cleaned_data["base"], form.cleaned_data["kind"]) if form.is_valid() else None
    book = rules_on()
    context = {"form": form, "found": found, "tables": [(kind, book.rows(f"DUES_{kind.value}")) for kind in Kind]}
    return render(request, "members/dues_quote.html", context, status=400 if form.errors else 200)
