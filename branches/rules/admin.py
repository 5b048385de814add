from django.contrib import admin

from branches.rules.models import Rule


@admin.register(Rule)
class RuleAdmin(admin.ModelAdmin):
    list_display = ["title", "above", "value", "unit", "since", "source", "confirmed"]
    list_filter = ["confirmed", "since"]
    search_fields = ["title", "code", "source"]
