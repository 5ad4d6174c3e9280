// The clients of Debian, each with its program here.
import type { ClientRow } from "./client-row.ts";

const PKCE_BY_HAND = "PKCE by hand";
const OAUTH = { protocol: "OAuth 2.0", way: "code" } as const;
const FORMS = { protocol: "forms, REST", set: "nothing", way: "form" } as const;

const OPENID_CONNECT = {
  protocol: "OpenID Connect",
  registration: { scopes: ["openid", "profile", "email"] },
} as const;

const OPENID: readonly ClientRow[] = [
  {
    ...OPENID_CONNECT,
    client: "mod_auth_openidc",
    language: "C",
    set: "[Apache][c]",
    way: "site",
    snippets: ["mod-auth-openidc"],
    packages: ["libapache2-mod-auth-openidc", "apache2-bin", "media-types"],
  },
  {
    ...OPENID_CONNECT,
    client: "Authlib with Flask",
    language: "Python",
    set: "[Authlib][d]",
    way: "site",
    packages: ["python3-authlib", "python3-flask", "python3-requests"],
    snippets: ["authlib"],
  },
  {
    ...OPENID_CONNECT,
    client: "python-social-auth",
    language: "Python",
    set: "[the switch][f]",
    way: "code",
    program: "debian/python/oauth_social.py",
    words: ["openid"],
    packages: ["python3-social-auth-core", "python3-jose"],
    registration: { ...OPENID_CONNECT.registration, pkceOptional: true },
  },
  {
    ...OPENID_CONNECT,
    client: "omniauth_openid_connect",
    language: "Ruby",
    set: "[the switch][f]",
    way: "site",
    packages: ["ruby-omniauth-openid-connect", "ruby-rack", "ruby-webrick"],
    snippets: ["omniauth"],
  },
  {
    ...OPENID_CONNECT,
    client: "go-oidc",
    language: "Go",
    set: PKCE_BY_HAND,
    way: "code",
    snippets: ["go-oidc"],
    packages: ["golang-github-coreos-go-oidc-dev", "golang-go", "golang-golang-x-oauth2-dev"],
  },
];

const PYTHON: readonly ClientRow[] = [
  {
    ...OAUTH,
    client: "requests-oauthlib",
    language: "Python",
    set: PKCE_BY_HAND,
    program: "debian/python/oauth_requests.py",
    packages: ["python3-requests-oauthlib"],
  },
  {
    ...OAUTH,
    client: "oauthlib",
    language: "Python",
    set: PKCE_BY_HAND,
    program: "debian/python/oauth_oauthlib.py",
    packages: ["python3-oauthlib"],
  },
  {
    ...OAUTH,
    client: "Authlib with requests",
    language: "Python",
    set: "[`code_verifier`][d]",
    program: "debian/python/oauth_authlib.py",
    words: ["requests"],
    packages: ["python3-authlib", "python3-requests"],
    snippets: ["authlib-machine"],
  },
  {
    ...OAUTH,
    client: "Authlib with HTTPX",
    language: "Python",
    set: "[`code_verifier`][d]",
    program: "debian/python/oauth_authlib.py",
    words: ["httpx"],
    packages: ["python3-authlib", "python3-httpx"],
  },
  {
    ...OAUTH,
    client: "python-social-auth",
    language: "Python",
    set: "[two settings][g]",
    program: "debian/python/oauth_social.py",
    packages: ["python3-social-auth-core"],
    registration: { pkceOptional: true },
  },
  ...["requests", "httpx", "aiohttp"].map((name) => ({
    ...FORMS,
    client: name,
    language: "Python",
    program: `debian/python/forms_${name}.py`,
    packages: [`python3-${name}`],
  })),
  {
    client: "grpcio",
    language: "Python",
    protocol: "gRPC",
    set: "nothing",
    way: "call",
    program: "debian/python/rpc_grpcio.py",
    packages: ["python3-grpcio", "python3-protobuf"],
  },
];

const RUBY_AND_PERL: readonly ClientRow[] = [
  {
    ...OAUTH,
    client: "oauth2",
    language: "Ruby",
    set: PKCE_BY_HAND,
    program: "debian/ruby/oauth2.rb",
    packages: ["ruby-oauth2"],
  },
  {
    ...OAUTH,
    client: "omniauth-oauth2",
    language: "Ruby",
    set: "PKCE, `callback_url`",
    way: "site",
    program: "debian/ruby/omniauth.rb",
    packages: ["ruby-omniauth-oauth2", "ruby-rack", "ruby-webrick"],
    callback: "/auth/latchkey/callback",
  },
  {
    ...OAUTH,
    client: "Net::OAuth2",
    language: "Perl",
    set: PKCE_BY_HAND,
    program: "debian/perl/net_oauth2.pl",
    packages: ["libnet-oauth2-perl", "libjson-perl"],
  },
  {
    ...OAUTH,
    client: "LWP::Authen::OAuth2",
    language: "Perl",
    set: PKCE_BY_HAND,
    program: "debian/perl/lwp_authen_oauth2.pl",
    packages: ["liblwp-authen-oauth2-perl", "libjson-perl"],
  },
  {
    ...FORMS,
    client: "LWP",
    language: "Perl",
    program: "debian/perl/forms_lwp.pl",
    packages: ["libwww-perl", "libjson-perl"],
  },
];

const COMPILED: readonly ClientRow[] = [
  {
    ...OAUTH,
    client: "golang.org/x/oauth2",
    language: "Go",
    set: PKCE_BY_HAND,
    program: "debian/go/run.sh",
    words: ["oauth2"],
    packages: ["golang-go", "golang-golang-x-oauth2-dev"],
    snippets: ["go-oauth2-machine"],
  },
  {
    client: "grpc-go",
    language: "Go",
    protocol: "gRPC",
    set: "nothing",
    way: "call",
    program: "debian/go/run.sh",
    words: ["grpc"],
    packages: ["golang-go", "golang-google-grpc-dev"],
  },
  {
    ...OAUTH,
    client: "google-oauth-client",
    language: "Java",
    set: "`enablePKCE()`",
    program: "debian/java/run.sh",
    words: ["GoogleOAuthClient", "libgoogle-oauth-client-java"],
    packages: ["default-jdk-headless", "libgoogle-oauth-client-java"],
  },
  {
    ...FORMS,
    set: "[a charset][e]",
    client: "Apache HttpClient 4",
    language: "Java",
    program: "debian/java/run.sh",
    words: ["ApacheHttpClient", "libhttpclient-java"],
    packages: ["default-jdk-headless", "libhttpclient-java"],
  },
  {
    ...FORMS,
    client: "HttpClient of Mono",
    language: "C#",
    program: "debian/csharp/run.sh",
    words: ["Forms"],
    packages: ["mono-mcs", "libmono-system-net-http4.0-cil"],
  },
];

const OTHERS: readonly ClientRow[] = [
  ...["curl", "guzzle"].map((name) => ({
    ...FORMS,
    client: name === "curl" ? "curl of PHP" : "Guzzle",
    language: "PHP",
    program: `debian/php/forms_${name}.php`,
    packages: ["php-cli", name === "curl" ? "php-curl" : "php-guzzlehttp-guzzle"],
  })),
  {
    ...OAUTH,
    client: "curl",
    language: "shell",
    set: PKCE_BY_HAND,
    program: "debian/shell/curl.sh",
    packages: ["curl"],
  },
  {
    ...FORMS,
    client: "wget",
    language: "shell",
    program: "debian/shell/wget.sh",
    packages: ["wget"],
  },
  {
    ...FORMS,
    client: "HTTPie",
    language: "shell",
    program: "debian/shell/httpie.sh",
    packages: ["httpie"],
  },
  {
    ...OAUTH,
    client: "httr2",
    language: "R",
    set: "nothing",
    program: "debian/r/httr2.R",
    packages: ["r-cran-httr2", "r-cran-jsonlite"],
  },
  {
    ...FORMS,
    client: "httpc",
    language: "Elixir",
    program: "debian/elixir/forms.exs",
    packages: ["elixir", "erlang-inets", "erlang-ssl"],
  },
  {
    ...FORMS,
    client: "LuaSocket",
    language: "Lua",
    program: "debian/lua/forms.lua",
    packages: ["lua5.3", "lua-socket"],
  },
];

/** Every client of Debian that `npm run clients` drives. */
export const DEBIAN_ROWS: readonly ClientRow[] = [
  ...OPENID,
  ...PYTHON,
  ...RUBY_AND_PERL,
  ...COMPILED,
  ...OTHERS,
];
