"""What somebody wrote in a form that could not be taken, so that it can be given back to them.

Pages are not kept by the browser (no-store), so going back shows an empty form.
"""

from flask import request

MOST_SHOWN = 60
# Fields whose words are given back however few they are: names that begin so.
ALWAYS_GIVEN_BACK = "text-"
NOT_FROM_US = frozenset({"cross-site", "same-site"})


def written_texts() -> list[str]:
    """The sentences of the form that was sent, as they were typed. Nothing of sign-in and accounts: passwords."""
    if request.method != "POST" or request.blueprint == "accounts":
        return []
    if request.headers.get("Sec-Fetch-Site") in NOT_FROM_US:
        return []  # another site's text is not shown as what our reader wrote
    texts = [(name, text.strip()) for name, text in request.form.items(multi=True)]
    return [
        text for name, text in texts if len(text.split()) > 1 or (text and name.startswith(ALWAYS_GIVEN_BACK))
    ][:MOST_SHOWN]
