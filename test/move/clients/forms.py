"""A partner's script with requests and PyJWT. It was written for the old servers and knows nothing
of others. For each line that it reads it does one round and prints what it got."""

import json
import os
import sys
import time

import jwt
import requests

KOKIDS = os.environ["KOKIDS_URL"]
SECRETPAIR = os.environ["SECRETPAIR_URL"]
ZIMOXY = os.environ["ZIMOXY_URL"]
SECRET = os.environ["JWT_SECRET"]
KEY = os.environ["PARTNER_KEY"]
PEOPLE = json.loads(os.environ["PEOPLE"])

session = requests.Session()
# The developer's pair, and the codes that are not redeemed yet.
PAIR = {}
CODES = []
answers = []
attempts = []
faults = []


def call(method, base, path, **more):
    """Sends a call, again after a broken connection, as such scripts do."""
    for attempt in range(100):
        try:
            answer = session.request(method, base + path, timeout=30, **more)
            attempts.append(attempt + 1)
            if answer.status_code != 429:
                break
            time.sleep(int(answer.headers["Retry-After"]))
        except requests.ConnectionError:
            time.sleep(0.1)
    else:
        raise SystemExit("the server is gone")
    route = method + " " + path
    headers = {name.lower(): value for name, value in answer.headers.items()}
    answers.append(
        {"route": route, "status": answer.status_code, "headers": headers, "text": answer.text}
    )
    return answer


def expect(what, answer, status):
    if answer.status_code != status:
        faults.append("requests: %s: %d %s" % (what, answer.status_code, answer.text))
        return False
    return True


def read(token):
    """Checks the signature itself, as a backend does that has the old key."""
    return jwt.decode(token, SECRET, algorithms=["HS256"])


def own_token():
    claims = {
        "username": PEOPLE["secretpair"]["username"],
        "email": PEOPLE["secretpair"]["email"],
        "exp": int(time.time()) + 86400,
    }
    return jwt.encode(claims, SECRET, algorithm="HS256")


def profile(what, token):
    answer = call("GET", SECRETPAIR, "/auth/", headers={"Authorization": token})
    if not expect(what, answer, 200):
        return
    if answer.json()["data"]["username"] != PEOPLE["secretpair"]["username"]:
        faults.append("requests: %s is of another user: %s" % (what, answer.text))


def own_application(user):
    """Signs in to an application of the user's own; redeems the code in the next round."""
    headers = {"Authorization": FIRST}
    if not PAIR:
        data = {"is_developer": "true"}
        answer = call("PATCH", SECRETPAIR, "/auth/", data=data, headers=headers)
        if not expect("developer", answer, 200):
            return
        PAIR.update({name: answer.json()["data"][name] for name in ("secret_id", "secret_value")})
    shown = call("GET", SECRETPAIR, "/auth/", headers=headers).json()["data"]
    if any(shown[name] != value for name, value in PAIR.items()):
        faults.append("requests: the pair is another one: %r" % shown)
    while CODES:
        data = {"authorization_code": CODES.pop(), **PAIR}
        answer = call("POST", SECRETPAIR, "/oauth/", json=data)
        # The answer of a first attempt may have been lost.
        if answer.status_code == 400 and attempts[-1] > 1:
            continue
        if expect("code", answer, 200) and answer.json()["data"]["username"] != user["username"]:
            faults.append("requests: the code is of another user: " + answer.text)
    form = {"username": user["username"], "password": user["password"]}
    params = {"secret_id": PAIR["secret_id"], "redirect_uri": "http://127.0.0.1:9/script"}
    answer = call("POST", SECRETPAIR, "/login/", json=form, params=params)
    if expect("own application", answer, 200):
        CODES.append(answer.json()["data"]["authorization_code"])


def play():
    player = PEOPLE["kokids"]
    form = {"Email": player["email"], "Password": player["password"]}
    params = {"AccID": player["accId"]}
    expect("player", call("POST", KOKIDS, "/user/login", data=form, params=params), 200)
    profile("first own token", FIRST)
    profile("new own token", own_token())
    user = PEOPLE["secretpair"]
    form = {"email": user["email"], "password": user["password"]}
    answer = call("POST", SECRETPAIR, "/login/", data=form)
    if expect("user", answer, 200):
        token = answer.json()["data"]["token"]
        try:
            if read(token)["username"] != user["username"]:
                faults.append("requests: PyJWT read another user")
        except jwt.PyJWTError as error:
            faults.append("requests: PyJWT refuses the token: %r" % error)
        profile("token", token)
    own_application(user)
    user = PEOPLE["zimoxy"]
    form = {"login": user["username"], "password": user["password"], "ip": "192.0.2.9"}
    answer = call("POST", ZIMOXY, "/oauth2/login", data=form, headers={"Authorization": KEY})
    if expect("partner", answer, 200) and answer.json()["status"] is not True:
        faults.append("requests: status is " + answer.text)
    form["email"] = user["email"]
    answer = call("POST", ZIMOXY, "/oauth2/register", data=form, headers={"Authorization": KEY})
    expect("conflict", answer, 302)


FIRST = own_token()
for line in sys.stdin:
    try:
        play()
    except (LookupError, TypeError, ValueError) as error:
        faults.append("requests: an answer that can't be read: %r" % error)
    print(json.dumps({"answers": answers, "faults": faults}), flush=True)
    answers.clear()
    faults.clear()
