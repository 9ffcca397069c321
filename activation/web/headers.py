"""What every answer says to the browser, and how the session's cookie behaves."""

from datetime import timedelta

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.middleware.proxy_fix import ProxyFix

from activation.config import Settings
from activation.web.access import ACCESS, Access

# No script runs but on the supervisor's page and the assessment's, nothing is loaded from elsewhere, nothing frames us.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'none'; object-src 'none'; img-src 'self' data:; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# One small file of ours, which makes those pages quicker; they work without.
WITH_OUR_SCRIPT = CONTENT_SECURITY_POLICY.replace("script-src 'none'", "script-src 'self'")
# Besides the supervisor's page: where words are saved while they are typed.
HAS_SCRIPT = frozenset({"assessments.section"})
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# What others may keep for a while, as each of these says itself.
FILES = ("static", "feeds.calendar")
# Where addresses for other systems begin.
FOR_SYSTEMS = "/api/"
ONE_YEAR = 365 * 24 * 60 * 60


class Sessions(SecureCookieSessionInterface):
    """Signed cookies; each page renews the idle time. Files that caches may keep do not, nor does what machines ask."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        is_page = request.endpoint not in FILES and request.blueprint != "health" and not is_for_systems()
        return is_page and super().should_set_cookie(app, session)


def is_employer_page() -> bool:
    """Whether this request is for a page whose address carries the supervisor's link."""
    return ACCESS.get(request.endpoint or "") is Access.EMPLOYER_LINK


def address_is_a_key() -> bool:
    """Whether whoever knows this request's address needs nothing else: no log and no other page may learn it."""
    return ACCESS.get(request.endpoint or "") in (Access.EMPLOYER_LINK, Access.SIGNED_ADDRESS)


def is_for_systems() -> bool:
    """Whether a system asks, and not a person: by the address, so that what is no address of ours counts too."""
    return request.path.startswith(FOR_SYSTEMS)


def init_headers(app: Flask, settings: Settings) -> None:
    secure = settings.base_url.startswith("https://")
    app.session_interface = Sessions()
    app.config.update(
        SESSION_COOKIE_NAME="activation_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        SESSION_REFRESH_EACH_REQUEST=True,
        PERMANENT_SESSION_LIFETIME=timedelta(minutes=settings.session_idle_minutes),
    )
    if settings.trusted_proxies:
        proxies = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.update(ALWAYS)
        if is_employer_page() or request.endpoint in HAS_SCRIPT:
            response.headers["Content-Security-Policy"] = WITH_OUR_SCRIPT
        # An address that is a key must not reach even our own logs as a referrer.
        response.headers["Referrer-Policy"] = "no-referrer" if address_is_a_key() else "same-origin"
        if request.endpoint not in FILES or "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        if secure:
            response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
        return response
