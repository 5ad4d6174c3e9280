# wget sends urlencoded forms and JSON, and no multipart.
set -eu
fields="AccID=of-$NEW_USER&Email=$NEW_USER%40example.com&Password=secret+1+%C3%BC"
wget -qO- --post-data="$fields&UserID=$NEW_USER&Bundle=com.example&OSInt=0&GAID=d" \
  "$LATCHKEY_URL/user/create" | grep -q 'created successfully'
wget -qO- --post-data="$fields" "$LATCHKEY_URL/user/login" | grep -q 'Login successful'
token=$(wget -qO- --header='Content-Type: application/json' \
  --post-data="{\"username\": \"$NEW_USER\", \"password\": \"secret 1 ü\"}" \
  "$LATCHKEY_URL/v1/sessions" | sed 's/.*"accessToken": *"\([^"]*\)".*/\1/')
user=$(wget -qO- --header="Authorization: Bearer $token" "$LATCHKEY_URL/v1/users/me" |
  sed 's/.*"username": *"\([^"]*\)".*/\1/')
version=$(wget --version | sed -n '1s/GNU Wget \([^ ]*\).*/\1/p')
echo "result {\"version\": \"$version\", \"username\": \"$user\"}"
