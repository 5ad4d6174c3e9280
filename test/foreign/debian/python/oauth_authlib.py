import sys

from program import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, URL, finish, new_pkce, open_page

if sys.argv[1] == "httpx":
    from authlib.integrations.httpx_client import OAuth2Client as Session
else:
    from authlib.integrations.requests_client import OAuth2Session as Session
session = Session(
    CLIENT_ID,
    CLIENT_SECRET,
    scope="profile",
    redirect_uri=REDIRECT_URI,
    code_challenge_method="S256",
)
verifier, _ = new_pkce()
address, state = session.create_authorization_url(
    URL + "/oauth2/authorize", code_verifier=verifier
)
session.fetch_token(
    URL + "/oauth2/token", authorization_response=open_page(address), code_verifier=verifier
)
session.refresh_token(URL + "/oauth2/token")
finish("authlib", session.get(URL + "/v1/users/me").json()["user"]["username"])
