from django.contrib import admin

from branches.facts.models import Fact


@admin.register(Fact)
class FactAdmin(admin.ModelAdmin):
    list_display = ["title", "qualifier", "value", "unit", "as_of", "place", "scope", "source"]
    list_filter = ["scope", "place"]
    search_fields = ["title", "code"]
