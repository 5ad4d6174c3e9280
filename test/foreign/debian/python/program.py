"""The names of the environment and the lines that test/foreign/run-client.ts reads."""

import base64
import hashlib
import json
import os
import secrets
from importlib.metadata import version

URL = os.environ["LATCHKEY_URL"]
CLIENT_ID = os.environ["CLIENT_ID"]
CLIENT_SECRET = os.environ["CLIENT_SECRET"]
REDIRECT_URI = os.environ["REDIRECT_URI"]
EMAIL = os.environ["EMAIL"]
PASSWORD = os.environ["PASSWORD"]
NEW_USER = os.environ["NEW_USER"]
# The address of the tests' server is http.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"


def open_page(address):
    """Sends the browser off and returns where it came back."""
    print("open", address, flush=True)
    return input()


def new_pkce():
    """Returns a verifier and its challenge."""
    verifier = secrets.token_urlsafe(32)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def finish(package, username):
    """Says who the user is that the package signed in."""
    found = {"version": version(package), "username": username}
    print("result", json.dumps(found), flush=True)


FIELDS = {"AccID": "of-" + NEW_USER, "Email": NEW_USER + "@example.com", "Password": "secret 1 ü"}
NEW_FIELDS = {**FIELDS, "UserID": NEW_USER, "Bundle": "com.example", "OSInt": "0", "GAID": "d"}
SESSION = {"username": NEW_USER, "password": FIELDS["Password"]}
