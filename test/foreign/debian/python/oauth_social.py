from urllib.parse import parse_qsl, urlsplit

from program import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, URL, finish, open_page
from social_core.backends.oauth import BaseOAuth2
from social_core.strategy import BaseStrategy


class Strategy(BaseStrategy):
    """What a web framework does, without one."""

    session = {}
    data = {}

    def get_setting(self, name):
        # A KeyError says that the setting isn't there.
        return {
            "SOCIAL_AUTH_LATCHKEY_KEY": CLIENT_ID,
            "SOCIAL_AUTH_LATCHKEY_SECRET": CLIENT_SECRET,
        }[name]

    def request_data(self, merge=True):
        return self.data

    def session_get(self, name, default=None):
        return self.session.get(name, default)

    def session_set(self, name, value):
        self.session[name] = value

    def build_absolute_uri(self, path=None):
        return path

    def authenticate(self, backend, *args, **kwargs):
        return kwargs["response"]


class Latchkey(BaseOAuth2):
    name = "latchkey"
    AUTHORIZATION_URL = URL + "/oauth2/authorize"
    ACCESS_TOKEN_URL = URL + "/oauth2/token"
    ACCESS_TOKEN_METHOD = "POST"
    DEFAULT_SCOPE = ["profile"]
    # Its parameter would make another redirect URI of each request.
    REDIRECT_STATE = False

    def user_data(self, access_token, *args, **kwargs):
        headers = {"Authorization": "Bearer " + access_token}
        return self.get_json(URL + "/v1/users/me", headers=headers)["user"]


strategy = Strategy()
back = open_page(Latchkey(strategy, redirect_uri=REDIRECT_URI).auth_url())
strategy.data = dict(parse_qsl(urlsplit(back).query))
user = Latchkey(strategy, redirect_uri=REDIRECT_URI).auth_complete()
finish("social-auth-core", user["username"])
