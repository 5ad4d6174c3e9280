#!/bin/sh
# The document «Войти через Senler» from top to bottom, against a server with default settings:
#   LATCHKEY_URL=http://127.0.0.1:8080 LATCHKEY_ADMIN=client_id:client_secret sh docs/apis/senler.sh
# LATCHKEY_ADMIN is an administrator's client. With it the script makes an application, a user and a
# community, and deletes them at the end.
# Every status and every body is compared byte for byte.
set -eu

url=${LATCHKEY_URL:-http://127.0.0.1:8080}
: "${LATCHKEY_ADMIN:?is the client_id:client_secret of an administrator}"
id=$(date +%s)-$$
callback=https://crm.example/auth/senler/callback
count=0

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# expect STATUS BODY METHOD [PARAMETERS]: asks for a key, and stops unless this is the answer. <key>
# is any key, kept in $key.
expect() {
  expected="$2
$1"
  case $3 in
    GET) answer=$(curl -s -w '\n%{http_code}' "$url/ajax/cabinet/OAuth2token?${4:-}") ;;
    POST) answer=$(curl -s -w '\n%{http_code}' "$url/ajax/cabinet/OAuth2token" -d "${4:-}") ;;
  esac
  key=$(printf '%s' "$answer" | member access_token)
  answer=$(printf '%s' "$answer" |
    sed 's/"access_token":"lka_[A-Za-z0-9_-]\{43\}"/"access_token":"<key>"/')
  [ "$answer" = "$expected" ] ||
    fail "$3 ${4:-}" "expected: $expected" "answered: $answer"
  count=$((count + 1))
}

# rest TOKEN METHOD PATH [JSON]: a call of the REST API.
rest() {
  curl -s -f -X "$2" "$url$3" -H "Authorization: Bearer $1" \
    -H 'Content-Type: application/json' -d "${4:-}"
}

# member NAME: of the JSON on standard input.
member() {
  sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}

# introspect: what the key is good for, as the application sees it.
introspect() {
  curl -s -u "$client_id:$client_secret" -d "token=$1" "$url/oauth2/introspect"
}

# An application with its callback url, a user and the user's community.
admin=$(curl -s -u "$LATCHKEY_ADMIN" -d grant_type=client_credentials "$url/oauth2/token" |
  member access_token)
application=$(rest "$admin" POST /v1/clients \
  "{\"client\":{\"name\":\"docs/apis/senler.sh $id\",\
\"apis\":[\"senler\"],\"redirectUris\":[\"$callback\"]}}")
client_id=$(printf '%s' "$application" | sed 's/.*"client":{"id":"\([^"]*\)".*/\1/')
client_secret=$(printf '%s' "$application" | member clientSecret)
user_id=$(rest "$admin" POST /v1/users \
  "{\"username\":\"olga-$id\",\"email\":\"olga-$id@example.ru\",\
\"password\":\"correct horse $id\"}" | sed 's/.*"user":{"id":"\([^"]*\)".*/\1/')
session=$(rest '' POST /v1/sessions \
  "{\"username\":\"olga-$id\",\"password\":\"correct horse $id\"}" | member accessToken)
group_id=$(rest "$session" POST /v1/groups '{"name":"Сообщество"}' |
  sed 's/.*"group":{"id":"\([0-9]*\)".*/\1/')
delete_all() {
  for made in "groups/$group_id" "clients/$client_id" "users/$user_id"; do
    rest "$admin" DELETE "/v1/$made" >/dev/null
  done
}
trap delete_all EXIT

# The user agrees: браузер пользователя будет перенаправлен по адресу redirect_uri, code будет
# передан как GET-параметр.
# state: произвольная строка. Here by REST; in a browser at /cabinet/OAuth2authorize.
agree() {
  location=$(rest "$session" POST /v1/authorizations "{\"clientId\":\"$client_id\",\
\"redirectUri\":\"$callback\",\"groupId\":\"$group_id\",\"state\":\"x-$id\"}" | member redirectUri)
  code=$(printf '%s' "$location" | sed 's/.*[?&]code=\([^&]*\).*/\1/')
  printf '%s' "$code" | grep -qx '[0-9a-f]\{64\}' || fail "is no code: $code"
  [ "$location" = "$callback?code=$code&state=x-$id&group_id=$group_id" ] ||
    fail "is another location: $location"
}
agree

# Для получения access_token необходимо выполнить запрос с вашего сервера: each of the parameters is
# needed.

# missing PARAMETER: the answer without it.
missing() {
  message="Required parameter missing: $1"
  printf '{"success":false,"error_code":1,"error_message":"%s","message":"%s"}' \
    "$message" "$message"
}
expect 400 "$(missing client_id)" \
  GET "client_secret=$client_secret&redirect_uri=$callback&code=$code"
expect 400 "$(missing client_secret)" \
  GET "client_id=$client_id&redirect_uri=$callback&code=$code"
expect 400 "$(missing redirect_uri)" \
  GET "client_id=$client_id&client_secret=$client_secret&code=$code"
expect 400 "$(missing code)" \
  GET "client_id=$client_id&client_secret=$client_secret&redirect_uri=$callback"

# защищенный ключ вашего приложения; URL должен быть аналогичен переданному при авторизации;
# временный код.
wrong_credentials='{"success":false,"error_code":14,"error_message":"Wrong client credentials",'
wrong_credentials="$wrong_credentials\"message\":\"Wrong client credentials\"}"
wrong_code='{"success":false,"error_code":12,"error_message":"Wrong authCode",'
wrong_code="$wrong_code\"message\":\"Wrong authCode\"}"
expect 401 "$wrong_credentials" GET \
  "client_id=$client_id&client_secret=x&redirect_uri=$callback&code=$code"
expect 401 "$wrong_credentials" GET \
  "client_id=x&client_secret=$client_secret&redirect_uri=$callback&code=$code"
expect 400 "$wrong_code" GET \
  "client_id=$client_id&client_secret=$client_secret&redirect_uri=$callback/&code=$code"
expect 400 "$wrong_code" GET \
  "client_id=$client_id&client_secret=$client_secret&redirect_uri=$callback&code=x"
expect 400 "$wrong_code" GET \
  "client_id=$client_id&client_secret=$client_secret&redirect_uri=$callback&code=$code&group_id=1"

# В результате выполнения данного запроса ваш сервер получит вновь созданный access_token.
parameters="client_id=$client_id&client_secret=$client_secret&redirect_uri=$callback"
expect 200 '{"success":true,"access_token":"<key>"}' GET \
  "$parameters&code=$code&group_id=$group_id&grant_type=authorization_code"
first=$key
agree
expect 200 '{"success":true,"access_token":"<key>"}' POST "$parameters&code=$code"
second=$key

# Токен бессрочный: no `exp`. The key is the user's, the application's and the community's.
for each in "$first" "$second"; do
  introspect "$each" |
    grep -q "^{\"active\":true,\"client_id\":\"$client_id\",\"username\":\"olga-$id\",.*\
\"group_id\":\"$group_id\",\"realm\":\"[a-z0-9-]*\"}$" ||
    fail "is no key for the community: $(introspect "$each")"
  if introspect "$each" | grep -q '"exp"'; then fail "the key expires"; fi
done

# A code works once; a second use ends the key that the first one gave, and no other.
expect 400 "$wrong_code" POST "$parameters&code=$code"
[ "$(introspect "$second")" = '{"active":false}' ] ||
  fail "the key has outlived the second use of its code"
[ "$(introspect "$first")" != '{"active":false}' ] ||
  fail "another key has ended as well"

# The application can give its key back.
curl -s -f -u "$client_id:$client_secret" -d "token=$first" "$url/oauth2/revoke" >/dev/null
[ "$(introspect "$first")" = '{"active":false}' ] || fail "the key has outlived its revocation"

echo "senler: $count answers as documented"
