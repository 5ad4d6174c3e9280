import json
from urllib.request import Request, urlopen

from oauthlib.oauth2 import WebApplicationClient
from program import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, URL, finish, open_page

client = WebApplicationClient(CLIENT_ID)
verifier = client.create_code_verifier(64)
address, headers, body = client.prepare_authorization_request(
    URL + "/oauth2/authorize",
    redirect_url=REDIRECT_URI,
    scope=["profile"],
    code_challenge=client.create_code_challenge(verifier, "S256"),
    code_challenge_method="S256",
)
address, headers, body = client.prepare_token_request(
    URL + "/oauth2/token",
    authorization_response=open_page(address),
    redirect_url=REDIRECT_URI,
    client_secret=CLIENT_SECRET,
    code_verifier=verifier,
)
with urlopen(Request(address, body.encode(), headers)) as response:
    client.parse_request_body_response(response.read().decode())
address, headers, body = client.add_token(URL + "/v1/users/me")
with urlopen(Request(address, headers=headers)) as response:
    finish("oauthlib", json.load(response)["user"]["username"])
