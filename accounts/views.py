from django.contrib.auth.views import LoginView, LogoutView

from accounts.forms import LoginForm

login = LoginView.as_view(template_name="accounts/login.html", authentication_form=LoginForm)
logout = LogoutView.as_view()
