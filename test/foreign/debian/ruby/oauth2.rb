gem "oauth2"
require "oauth2"
require_relative "program"

client = OAuth2::Client.new(
  CLIENT_ID, CLIENT_SECRET,
  site: URL, authorize_url: "/oauth2/authorize", token_url: "/oauth2/token"
)
verifier = SecureRandom.urlsafe_base64(32)
back = open_page(client.auth_code.authorize_url(
  redirect_uri: REDIRECT_URI, scope: "profile", state: SecureRandom.hex,
  code_challenge: Digest::SHA256.base64digest(verifier).tr("+/", "-_").delete("="),
  code_challenge_method: "S256"
))
code = URI.decode_www_form(URI(back).query).to_h.fetch("code")
token = client.auth_code.get_token(code, redirect_uri: REDIRECT_URI, code_verifier: verifier)
finish("oauth2", token.refresh!.get("/v1/users/me").parsed.fetch("user").fetch("username"))
