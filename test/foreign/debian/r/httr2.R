# httr2's parts of the code flow; oauth_flow_auth_code() would start a browser of its own.
library(httr2)
environment <- Sys.getenv()
url <- environment[["LATCHKEY_URL"]]
client <- oauth_client(
  id = environment[["CLIENT_ID"]],
  secret = environment[["CLIENT_SECRET"]],
  token_url = paste0(url, "/oauth2/token"),
  auth = "header"
)
pkce <- oauth_flow_auth_code_pkce()
cat("open", oauth_flow_auth_code_url(
  client,
  auth_url = paste0(url, "/oauth2/authorize"),
  redirect_uri = environment[["REDIRECT_URI"]],
  scope = "profile",
  state = "of-this-browser",
  auth_params = list(code_challenge = pkce$challenge, code_challenge_method = pkce$method)
), "\n")
back <- url_parse(readLines(file("stdin"), 1))
token <- httr2:::oauth_client_get_token(
  client,
  grant_type = "authorization_code",
  code = back$query$code,
  redirect_uri = environment[["REDIRECT_URI"]],
  code_verifier = pkce$verifier
)
me <- request(paste0(url, "/v1/users/me")) |>
  req_auth_bearer_token(token$access_token) |>
  req_perform() |>
  resp_body_json()
version <- as.character(packageVersion("httr2"))
cat(sprintf('result {"version": "%s", "username": "%s"}\n', version, me$user$username))
