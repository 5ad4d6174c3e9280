# Authlib in an application of Flask, as its documentation sets it up.
import json
import logging
from threading import Thread

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session
from program import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, URL, finish, open_page
from werkzeug.serving import make_server

logging.getLogger("werkzeug").disabled = True
application = Flask(__name__)
application.secret_key = "of the session's cookie"
latchkey = OAuth(application).register(
    "latchkey",
    client_id=CLIENT_ID,
    client_secret=CLIENT_SECRET,
    server_metadata_url=URL + "/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile", "code_challenge_method": "S256"},
)


@application.route("/login")
def login():
    return latchkey.authorize_redirect(REDIRECT_URI)


@application.route("/callback")
def callback():
    token = latchkey.authorize_access_token()
    user = latchkey.userinfo(token=token)
    # The claims of the ID token, which Authlib has verified with its nonce.
    if user["sub"] != token["userinfo"]["sub"]:
        raise ValueError("another subject")
    session["username"] = user["preferred_username"]
    return redirect("/")


@application.route("/")
def home():
    return session["username"]


origin = REDIRECT_URI.removesuffix("/callback")
server = make_server("127.0.0.1", int(origin.rpartition(":")[2]), application)
Thread(target=server.serve_forever, daemon=True).start()
finish("authlib", json.loads(open_page(origin + "/login"))["page"])
