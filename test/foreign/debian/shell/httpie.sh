set -eu
call() { http --ignore-stdin --check-status --body "$@"; }
field() { sed 's/.*"'"$1"'": *"\([^"]*\)".*/\1/'; }
fields="AccID=of-$NEW_USER Email=$NEW_USER@example.com"
# shellcheck disable=SC2086
call --form POST "$LATCHKEY_URL/user/create" $fields 'Password=secret 1 ü' "UserID=$NEW_USER" \
  Bundle=com.example OSInt=0 GAID=d | grep -q 'created successfully'
# shellcheck disable=SC2086
call --multipart POST "$LATCHKEY_URL/user/login" $fields 'Password=secret 1 ü' |
  grep -q 'Login successful'
token=$(call POST "$LATCHKEY_URL/v1/sessions" "username=$NEW_USER" 'password=secret 1 ü' |
  tr -d '\n' | field accessToken)
user=$(call "$LATCHKEY_URL/v1/users/me" "Authorization:Bearer $token" | tr -d '\n' | field username)
echo "result {\"version\": \"$(http --version)\", \"username\": \"$user\"}"
