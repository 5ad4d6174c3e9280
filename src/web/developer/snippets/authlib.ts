// Authlib for Python: in an application of Flask, and with requests.
import type { Facts, Library } from "./facts.ts";
import { inPython as py } from "./quoting.ts";

/** Flask compares decoded paths, and what is in angle brackets is a variable. */
function route(path: string): string {
  const decoded = decodeURI(path);
  return py(/[<>]/.test(decoded) ? path : decoded);
}

const insecure = ({ isPlain }: Facts): string => (isPlain ? "AUTHLIB_INSECURE_TRANSPORT=1 " : "");

const flask = (facts: Facts): string => `# pip install Authlib Flask requests
# LATCHKEY_CLIENT_SECRET=… SESSION_SECRET=… ${insecure(facts)}flask --app app run -p ${facts.port}
import os

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session

app = Flask(__name__)
app.secret_key = os.environ["SESSION_SECRET"]
latchkey = OAuth(app).register(
    "latchkey",
    client_id=${py(facts.id)},
    client_secret=os.environ["LATCHKEY_CLIENT_SECRET"],
    server_metadata_url=${py(`${facts.issuer}/.well-known/openid-configuration`)},
    client_kwargs={
        "scope": ${py(facts.scope)},
        "code_challenge_method": "S256",
    },
)


@app.route(${route(facts.login)})
def login():
    return latchkey.authorize_redirect(${py(facts.callback.href)})


@app.route(${route(facts.callback.pathname)})
def callback():
    token = latchkey.authorize_access_token()
    user = latchkey.userinfo(token=token)
    if user["sub"] != token["userinfo"]["sub"]:
        raise ValueError("UserInfo is about another user than the ID token")
    session["user"] = dict(user)
    return redirect(${py(facts.home)})


@app.route(${route(facts.home)})
def home():
    return session["user"] if "user" in session else redirect(${py(facts.login)})`;

const machine = (facts: Facts): string => `# pip install Authlib requests
# LATCHKEY_CLIENT_SECRET=… ${insecure(facts)}python3 machine.py
import os

from authlib.integrations.requests_client import OAuth2Session

issuer = ${py(facts.issuer)}
session = OAuth2Session(${py(facts.id)}, os.environ["LATCHKEY_CLIENT_SECRET"])
token = session.fetch_token(issuer + "/oauth2/token", grant_type="client_credentials")
# Call an API with session.get, and ask here what the token is good for:
url = issuer + "/oauth2/introspect"
print(session.introspect_token(url, token=token["access_token"]).text)`;

const PYTHON = { title: "Authlib" } as const;

export const authlib: readonly Library[] = [
  { ...PYTHON, name: "authlib", platform: "Python, Flask", kind: "web", code: flask },
  { ...PYTHON, name: "authlib-machine", platform: "Python", kind: "machine", code: machine },
];
