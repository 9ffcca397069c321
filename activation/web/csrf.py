"""Every form that changes something carries a token of the session, checked before the view runs."""

from flask import Flask, g, request
from flask_wtf.csrf import CSRFProtect

from activation.web.access import ACCESS, Access
from activation.web.headers import address_is_a_key


def init_csrf(app: Flask) -> None:
    """After init_access: whose session has expired is sent to sign in rather than told of a token.

    An address that is itself the key (the supervisor's, the SMS provider's) needs no token of a session: nothing there
    is allowed because of a cookie. The forms of the employer's page carry a token made from the link
    (employer_page/links.form_token), which stays good all day. Nor does a request with a system's key in its header,
    which no browser sends by itself.
    """
    # The check of the referrer would refuse pages that send none; the token and SameSite do its work.
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_SSL_STRICT=False)
    csrf = CSRFProtect(app)

    @app.before_request
    def check() -> None:
        if address_is_a_key() or ACCESS.get(request.endpoint or "") is Access.API_KEY:
            g.csrf_valid = True
        elif app.config["WTF_CSRF_ENABLED"]:
            csrf.protect(apply_exemptions=True)
