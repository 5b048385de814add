from django.contrib import admin

from appeals.models import Category, ServiceLevel


@admin.register(Category)
class CategoryAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "parent", "service_class", "partner_hint"]
    list_filter = ["service_class"]
    search_fields = ["code", "name"]


@admin.register(ServiceLevel)
class ServiceLevelAdmin(admin.ModelAdmin):
    list_display = ["service_class", "level", "accept_within", "handle_within", "note"]
    list_filter = ["service_class", "level"]
