import sys
from urllib.parse import parse_qsl, urlsplit

from program import CLIENT_ID, CLIENT_SECRET, REDIRECT_URI, URL, finish, open_page
from social_core.backends.oauth import BaseOAuth2
from social_core.strategy import BaseStrategy


class Association:
    """Keeps the nonces."""

    kept = []

    @classmethod
    def store(cls, url, association):
        association.id = len(cls.kept)
        cls.kept.append(association)

    @classmethod
    def get(cls, server_url, handle):
        return [association for association in cls.kept if association.handle == handle]

    @classmethod
    def remove(cls, ids):
        cls.kept = [association for association in cls.kept if association.id not in ids]


class Storage:
    association = Association


class Strategy(BaseStrategy):
    """What a web framework does, without one."""

    session = {}
    data = {}

    def get_setting(self, name):
        # A KeyError says that the setting isn't there.
        return {
            "SOCIAL_AUTH_LATCHKEY_KEY": CLIENT_ID,
            "SOCIAL_AUTH_LATCHKEY_SECRET": CLIENT_SECRET,
            "SOCIAL_AUTH_OIDC_KEY": CLIENT_ID,
            "SOCIAL_AUTH_OIDC_SECRET": CLIENT_SECRET,
            "SOCIAL_AUTH_OIDC_OIDC_ENDPOINT": URL,
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


is_openid = sys.argv[1:] == ["openid"]
if is_openid:
    from social_core.backends.open_id_connect import OpenIdConnectAuth as Backend
else:
    Backend = Latchkey
strategy = Strategy(Storage)
back = open_page(Backend(strategy, redirect_uri=REDIRECT_URI).auth_url())
strategy.data = dict(parse_qsl(urlsplit(back).query))
user = Backend(strategy, redirect_uri=REDIRECT_URI).auth_complete()
finish("social-auth-core", user["preferred_username" if is_openid else "username"])
