from django.contrib.auth.views import LoginView, LogoutView

from accounts.forms import LoginForm

login = LoginView.as_view(
    template_name="accounts/login.html", authentication_form=LoginForm,
    http_method_names=["get", "head", "post", "options"],  # Django's form views take PUT for POST
)
logout = LogoutView.as_view()
