#!/bin/sh
# The document of api.zimoxy.org from top to bottom, against a server with default settings:
#   LATCHKEY_URL=http://127.0.0.1:8080 LATCHKEY_ADMIN=client_id:client_secret sh docs/apis/zimoxy.sh
# LATCHKEY_ADMIN is an administrator's client. With it the script makes an application, and deletes
# it at the end, together with its user.
# Every status and every body is compared byte for byte.
set -eu

url=${LATCHKEY_URL:-http://127.0.0.1:8080}
: "${LATCHKEY_ADMIN:?is the client_id:client_secret of an administrator}"
id=$(date +%s)-$$
count=0

# expect STATUS BODY PATH [ARGUMENTS OF CURL]: posts, and stops unless this is the answer, without
# a Location.
expect() {
  expected="$2
$1 "
  path=$3
  shift 3
  answer=$(curl -s -w '\n%{http_code} %{redirect_url}' -X POST "$url$path" "$@")
  if [ "$answer" != "$expected" ]; then
    printf 'POST %s %s\nexpected: %s\nanswered: %s\n' "$path" "$*" "$expected" "$answer" >&2
    exit 1
  fi
  count=$((count + 1))
}

# administer METHOD PATH [JSON]: a call as the administrator.
administer() {
  curl -s -f -X "$1" "$url$2" -H "Authorization: Bearer $token" \
    -H 'Content-Type: application/json' -d "${3:-}"
}

# member NAME: of the JSON on standard input.
member() {
  sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}

# Общие ресурсы: регистрация приложения разработчика и получение вашего секретного ключа.
token=$(curl -s -u "$LATCHKEY_ADMIN" -d grant_type=client_credentials "$url/oauth2/token" |
  member access_token)
application=$(administer POST /v1/clients \
  "{\"client\":{\"name\":\"docs/apis/zimoxy.sh $id\",\"apis\":[\"zimoxy\"]}}")
secret_key=$(printf '%s' "$application" | member clientSecret)
client_id=$(printf '%s' "$application" | sed 's/.*"client":{"id":"\([^"]*\)".*/\1/')
trap 'administer DELETE "/v1/clients/$client_id" >/dev/null' EXIT

# Регистрация пользователя: POST /register, below https://api.zimoxy.org/oauth2/ and at the root.
registration="login=Вася-$id&password=пароль&email=vasya-$id@example.ru&ip=203.0.113.7"

# 200: OK
expect 200 '{"msg":"Пользователь зарегистрирован","status":true}' /oauth2/register \
  -H "Authorization: $secret_key" -d "$registration"

# 302: Found, without a Location. By login, then by email.
for path in /oauth2/register /register; do
  expect 302 '{"msg":"Пользователь уже существует.","status":false}' "$path" \
    -H "Authorization: $secret_key" \
    -d "login=Вася-$id" -d password=пароль -d "email=other-$id@example.ru" -d ip=203.0.113.7
  expect 302 '{"msg":"Пользователь уже существует.","status":false}' "$path" \
    -H "Authorization: $secret_key" \
    -H 'Content-Type: application/json' -d "{\"login\":\"other-$id\",\"password\":\"пароль\",\
\"email\":\"vasya-$id@example.ru\",\"ip\":\"2001:db8::7\"}"
done

# 403: Forbidden. The key is missing or wrong; the rest may be right.
expect 403 '{"msg":"Доступ запрещен.","status":false}' /oauth2/register -d "$registration"
expect 403 '{"msg":"Доступ запрещен.","status":false}' /oauth2/register \
  -H "Authorization: ${secret_key}x" -d "$registration"
expect 403 '{"msg":"Доступ запрещен.","status":false}' /register -H 'Authorization: x'

# A 400 is not in the document: it names the wrong fields.
expect 400 '{"msg":"Неверные данные: login, password, email, ip.","status":false}' /register \
  -H "Authorization: $secret_key"
expect 400 '{"msg":"Неверные данные: ip.","status":false}' /register \
  -H "Authorization: $secret_key" -d "${registration%.7}"

# Авторизация: POST /oauth2/login is in another public page.
expect 200 '{"msg":"Авторизация прошла успешно.","status":true}' /oauth2/login \
  -H "Authorization: $secret_key" -d "login=Вася-$id" -d password=пароль
expect 403 '{"msg":"Доступ запрещен.","status":false}' /oauth2/login \
  -H "Authorization: $secret_key" -d "login=Вася-$id" -d password=другой
expect 403 '{"msg":"Доступ запрещен.","status":false}' /oauth2/login \
  -d "login=Вася-$id" -d password=пароль

# 423: Locked. Если пользователь заблокирован при регистрации или авторизации.
user_id=$(curl -s -f -G "$url/v1/users" --data-urlencode "username=Вася-$id" \
  -H "Authorization: Bearer $token" | sed 's/.*"users":\[{"id":"\([^"]*\)".*/\1/')
administer POST "/v1/users/$user_id:lock" '{"reason":"docs/apis/zimoxy.sh"}' >/dev/null
expect 423 '{"msg":"Пользователь заблокирован.","status":false}' /oauth2/register \
  -H "Authorization: $secret_key" -d "$registration"
expect 423 '{"msg":"Пользователь заблокирован.","status":false}' /oauth2/login \
  -H "Authorization: $secret_key" -d "login=Вася-$id" -d password=пароль

administer DELETE "/v1/users/$user_id" >/dev/null
echo "zimoxy: $count answers as documented"
