from program import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, URL, finish, new_pkce, open_page
from requests_oauthlib import OAuth2Session

session = OAuth2Session(CLIENT_ID, redirect_uri=REDIRECT_URI, scope=["profile"])
verifier, challenge = new_pkce()
address, state = session.authorization_url(
    URL + "/oauth2/authorize", code_challenge=challenge, code_challenge_method="S256"
)
session.fetch_token(
    URL + "/oauth2/token",
    authorization_response=open_page(address),
    client_secret=CLIENT_SECRET,
    code_verifier=verifier,
)
session.refresh_token(URL + "/oauth2/token", auth=(CLIENT_ID, CLIENT_SECRET))
finish("requests-oauthlib", session.get(URL + "/v1/users/me").json()["user"]["username"])
