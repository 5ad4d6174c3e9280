#!/bin/sh
# The document of auth.kokids.org from top to bottom, against a server with default settings:
#   LATCHKEY_URL=http://127.0.0.1:8080 sh docs/apis/kokids.sh
# Every status and every body is compared byte for byte. Each run makes a user of its own and
# deletes it.
set -eu

url=${LATCHKEY_URL:-http://127.0.0.1:8080}
id=$(date +%s)-$$
email=random-$id@gmail.com
count=0

# expect STATUS BODY PATH [ARGUMENTS OF CURL]: posts, and stops unless this is the answer. <token>
# is any token.
expect() {
  expected="$2
$1"
  path=$3
  shift 3
  answer=$(curl -s -w '\n%{http_code}' -X POST "$url$path" "$@" |
    sed 's/"token":"lks_[A-Za-z0-9_-]\{43\}"/"token":"<token>"/')
  if [ "$answer" != "$expected" ]; then
    printf 'POST %s %s\nexpected: %s\nanswered: %s\n' "$path" "$*" "$expected" "$answer" >&2
    exit 1
  fi
  count=$((count + 1))
}

# token_of [ARGUMENTS OF CURL]: the token of a login.
token_of() {
  curl -s "$url/user/login" "$@" | sed -n 's/^{"token":"\(lks_[A-Za-z0-9_-]*\)".*/\1/p'
}

# 1. Создание пользователя: /user/create

# 200 OK: Пользователь успешно создан.
expect 200 '{"token":"<token>","message":"User created successfully"}' /user/create \
  -d "AccID=acc-$id" -d "Email=$email" -d "UserID=random-firebase-user-$id" \
  -d Password=random-password -d Bundle=com.YovoGames.hair -d OSInt=1 -d GAID=Random-Device-ID000 \
  -d SDKVerC=1.0.0

# 400 Bad Request: Отсутствуют обязательные поля. One after the other; SDKVerC is left out
# everywhere.
all="AccID=acc-$id Email=other-$email UserID=other-$id Password=random-password"
all="$all Bundle=com.YovoGames.hair OSInt=1 GAID=Random-Device-ID000"
for missing in AccID Email UserID Password Bundle OSInt GAID; do
  form=$(printf '%s' "$all" | sed -e "s/$missing=[^ ]*//" -e 's/^ *//' -e 's/ *$//' -e 's/  */\&/g')
  expect 400 '{"error":"Email, UserID, and Password are required"}' /user/create -d "$form"
done
expect 400 '{"error":"Email, UserID, and Password are required"}' /user/create \
  -d "$(printf '%s' "$all" | sed -e 's/OSInt=1/OSInt=one/' -e 's/  */\&/g')"

# 409 Conflict: Пользователь уже существует. By Email, then by UserID.
expect 409 '{"error":"User already exists"}' /user/create \
  -d "AccID=acc-$id" -d "Email=$email" -d "UserID=other-$id" -d Password=random-password \
  -d Bundle=com.YovoGames.hair -d OSInt=1 -d GAID=Random-Device-ID000
expect 409 '{"error":"User already exists"}' /user/create \
  -d "AccID=acc-$id" -d "Email=other-$email" -d "UserID=random-firebase-user-$id" \
  -d Password=random-password -d Bundle=com.YovoGames.hair -d OSInt=1 -d GAID=Random-Device-ID000

# 500 Internal Server Error: Ошибка при создании пользователя. Only a broken server answers it.

# AccID: может передаваться в URL или форме. The body may be a multipart form or JSON as well.
expect 200 '{"token":"<token>","message":"Login successful"}' "/user/login?AccID=acc-$id" \
  -F "Email=$email" -F Password=random-password
expect 200 '{"token":"<token>","message":"Login successful"}' /user/login \
  -H 'Content-Type: application/json; charset=utf-8' \
  -d "{\"AccID\":\"acc-$id\",\"Email\":\"$email\",\"Password\":\"random-password\"}"

# 2. Вход пользователя: /user/login

# 200 OK: Вход выполнен успешно.
expect 200 '{"token":"<token>","message":"Login successful"}' /user/login \
  -d "AccID=acc-$id" -d "Email=$email" -d Password=random-password

# 400 Bad Request: Неверный ввод.
expect 400 '{"error":"Invalid input"}' /user/login -d "Email=$email" -d Password=random-password
expect 400 '{"error":"Invalid input"}' /user/login -d "AccID=acc-$id" -d Password=random-password
expect 400 '{"error":"Invalid input"}' /user/login -d "AccID=acc-$id" -d "Email=$email"
expect 400 '{"error":"Invalid input"}' /user/login \
  -d "AccID=acc-$id" -d Email=random -d Password=random-password

# 401 Unauthorized: Пользователь не найден или неверный пароль. A wrong AccID is answered alike.
expect 401 '{"error":"User not found"}' /user/login \
  -d "AccID=acc-$id" -d "Email=other-$email" -d Password=random-password
expect 401 '{"error":"User not found"}' /user/login \
  -d "AccID=acc-$id" -d "Email=$email" -d Password=another-password
expect 401 '{"error":"User not found"}' /user/login \
  -d "AccID=another-$id" -d "Email=$email" -d Password=random-password

# 3. Выход пользователя: /user/logout

token=$(token_of -d "AccID=acc-$id" -d "Email=$email" -d Password=random-password)

# 200 OK: Выход выполнен успешно. An unknown user gets the same response.
expect 200 '{"message":"Logout successful"}' /user/logout -d "AccID=acc-$id" -d "Email=$email"
expect 200 '{"message":"Logout successful"}' /user/logout -d "AccID=acc-$id" -d "Email=other-$email"

# 400 Bad Request: Неверный ввод.
expect 400 '{"error":"Invalid input"}' /user/logout -d "Email=$email"
expect 400 '{"error":"Invalid input"}' /user/logout -d "AccID=acc-$id"

# The token has ended: it deletes no user.
expect 400 '{"error":"Invalid input"}' /user/delete \
  -H "Authorization: Bearer $token" -d "AccID=acc-$id" -d "Email=$email"

# 4. Удаление пользователя: /user/delete

# 400 Bad Request: Неверный ввод. An unknown user gets the same response.
expect 400 '{"error":"Invalid input"}' /user/delete -d "Email=$email"
expect 400 '{"error":"Invalid input"}' /user/delete -d "AccID=acc-$id"
expect 400 '{"error":"Invalid input"}' /user/delete -d "AccID=acc-$id" -d "Email=other-$email"

# 200 OK: Пользователь успешно удален. After a create or a login from here in the last 10 minutes,
# as above.
expect 200 '{"message":"User deleted successfully"}' /user/delete \
  -d "AccID=acc-$id" -d "Email=$email"
expect 401 '{"error":"User not found"}' /user/login \
  -d "AccID=acc-$id" -d "Email=$email" -d Password=random-password

# 500 Internal Server Error: Ошибка при удалении пользователя. Only a broken server answers it.

# The e-mail address is free again, and a token deletes from everywhere.
expect 200 '{"token":"<token>","message":"User created successfully"}' /user/create \
  -d "AccID=acc-$id" -d "Email=$email" -d "UserID=random-firebase-user-$id" \
  -d Password=next-password -d Bundle=com.YovoGames.hair -d OSInt=1 -d GAID=Random-Device-ID000
token=$(token_of -d "AccID=acc-$id" -d "Email=$email" -d Password=next-password)
expect 200 '{"message":"User deleted successfully"}' /user/delete \
  -H "Authorization: $token" -d "AccID=acc-$id" -d "Email=$email"

echo "kokids: $count answers as documented"
