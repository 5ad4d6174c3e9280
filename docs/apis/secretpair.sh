#!/bin/sh
# The document of the user centre (secret_id, secret_value) from top to bottom, against a server
# with default settings:
#   LATCHKEY_URL=http://127.0.0.1:8080 sh docs/apis/secretpair.sh
# Every status and every body is compared byte for byte. Each run makes two users of its own, which
# stay.
set -eu

url=${LATCHKEY_URL:-http://127.0.0.1:8080}
id=$(date +%s)-$$
name=小明-$id
email=$id@122.com
count=0
h='[0-9a-f]'
uuid="$h\{8\}-$h\{4\}-4$h\{3\}-[89ab]$h\{3\}-$h\{12\}"

# expect STATUS BODY METHOD PATH [ARGUMENTS OF CURL]: calls, and stops unless this is the answer,
# which is then in $answer. <token>, <uuid>, <id> and <hex> are values of the documented form. A
# redirect is compared by its Location, and <page> is HTML.
expect() {
  expected="$2
$1"
  method=$3
  path=$4
  shift 4
  answer=$(curl -s -i -X "$method" "$url$path" "$@" | tr -d '\r')
  status=$(printf '%s\n' "$answer" | sed -n '1s/^[^ ]* \([0-9]*\).*/\1/p')
  case "$status $answer" in
    *'<!doctype html>'*) body='<page>' ;;
    302*) body=$(printf '%s\n' "$answer" | sed -n 's/^[Ll]ocation: //p') ;;
    *) body=$(printf '%s\n' "$answer" | sed -e '1,/^$/d' \
      -e 's/"token":"ey[A-Za-z0-9_-]*\.ey[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*"/"token":"<token>"/' \
      -e "s/\"authorization_code\":\"$uuid\"/\"authorization_code\":\"<uuid>\"/" \
      -e 's/"secret_id":"[A-Za-z0-9+/]*="/"secret_id":"<id>"/' \
      -e 's/"secret_value":"[0-9a-f]\{64\}"/"secret_value":"<hex>"/') ;;
  esac
  if [ "$body
$status" != "$expected" ]; then
    printf '%s %s %s\nexpected: %s\nanswered: %s\n%s\n' \
      "$method" "$path" "$*" "$expected" "$body" "$status" >&2
    exit 1
  fi
  count=$((count + 1))
}

# value NAME: what the last answer says.
value() {
  printf '%s\n' "$answer" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}

# 一、用户注册: /register/ POST

expect 200 "{\"code\":200,\"message\":\"注册成功\",\"data\":{\"token\":\"<token>\",\
\"username\":\"$name\",\"email\":\"$email\"}}" \
  POST /register/ -d "username=$name" -d "email=$email" -d password=密码
token=$(value token)

# The document has no errors: the user exists already, and parameters are missing.
expect 409 '{"code":409,"message":"用户已存在","data":null}' POST /register/ \
  -d "username=$name" -d "email=other-$email" -d password=密码
expect 409 '{"code":409,"message":"用户已存在","data":null}' POST /register/ \
  -d "username=other-$name" -d "email=$email" -d password=密码
expect 400 '{"code":400,"message":"参数错误","data":null}' POST /register/ \
  -d "username=other-$name" -d "email=other-$email"
expect 400 '{"code":400,"message":"参数错误","data":null}' POST /register/ \
  -d "username=other-$name" -d password=密码
expect 400 '{"code":400,"message":"参数错误","data":null}' POST /register/ \
  -d "email=other-$email" -d password=密码

# 二、用户登录: /login/?secret_id=xxx&redirect_uri=xxx POST; usernam和email二选一. The two are
# for 四; without them:
signed_in="{\"code\":200,\"message\":\"登录成功\",\"data\":{\"token\":\"<token>\",\
\"redirect_uri\":\"\",\"authorization_code\":\"\",\"username\":\"$name\",\"email\":\"$email\"}}"
expect 200 "$signed_in" POST /login/ -d "username=$name" -d password=密码
expect 200 "$signed_in" POST /login/ -d "email=$email" -d password=密码
expect 200 "$signed_in" POST /login -F "email=$email" -F password=密码
expect 200 "$signed_in" POST /login/ -H 'Content-Type: application/json' \
  -d "{\"username\":\"$name\",\"password\":\"密码\"}"

expect 401 '{"code":401,"message":"用户名或密码错误","data":null}' POST /login/ \
  -d "username=$name" -d password=错误
expect 400 '{"code":400,"message":"参数错误","data":null}' POST /login/ -d password=密码

# 三、用户权限
# 1. 获取个人信息 /auth/ GET: a user who is no developer.
expect 200 "{\"code\":200,\"message\":\"获取成功\",\"data\":{\"username\":\"$name\",\
\"email\":\"$email\",\"secret_id\":\"\",\"secret_value\":\"\"}}" \
  GET /auth/ -H "Authorization: $token"
expect 401 '{"code":401,"message":"令牌无效或已过期","data":null}' GET /auth/
expect 401 '{"code":401,"message":"令牌无效或已过期","data":null}' GET /auth/ -H "Authorization: ${token}x"

# 2. 更改为开发者 /auth/ PATCH: is_developer=true, and again.
developer="{\"code\":200,\"message\":\"获取成功\",\"data\":{\"username\":\"$name\",\
\"email\":\"$email\",\"secret_id\":\"<id>\",\"secret_value\":\"<hex>\"}}"
expect 200 "$developer" PATCH /auth/ -H "Authorization: $token" -d is_developer=true
secret_id=$(value secret_id)
secret_value=$(value secret_value)
for method in PATCH GET; do
  expect 200 "$developer" $method /auth/ -H "Authorization: Bearer $token" -d is_developer=true
  [ "$(value secret_id) $(value secret_value)" = "$secret_id $secret_value" ] || {
    echo "$method /auth/ answers another pair" >&2
    exit 1
  }
done
expect 400 '{"code":400,"message":"参数错误","data":null}' PATCH /auth/ \
  -H "Authorization: $token" -d is_developer=false
expect 401 '{"code":401,"message":"令牌无效或已过期","data":null}' PATCH /auth/ -d is_developer=true

# 四、授权调用
# 1. 用户授权页面 /oauth/ GET: 重定向到授权登录页
query="secret_id=$(printf '%s' "$secret_id" | sed 's/=/%3D/')&redirect_uri=http%3A%2F%2Fexample.com"
expect 302 "/login/?$query" GET "/oauth/?$query"
expect 404 '<page>' GET '/oauth/?secret_id=MTYzNTI1NzAwNC41MDM4NDI=&redirect_uri=http://example.com'
expect 400 '<page>' GET "/oauth/?secret_id=$secret_id&redirect_uri=example.com"

# A user signs in there: 二 with its two parameters.
expect 200 "{\"code\":200,\"message\":\"注册成功\",\"data\":{\"token\":\"<token>\",\
\"username\":\"user-$name\",\"email\":\"user-$email\"}}" \
  POST /register/ -d "username=user-$name" -d "email=user-$email" -d password=密码
expect 200 "{\"code\":200,\"message\":\"登录成功\",\"data\":{\"token\":\"<token>\",\
\"redirect_uri\":\"http://example.com\",\"authorization_code\":\"<uuid>\",\
\"username\":\"user-$name\",\"email\":\"user-$email\"}}" \
  POST "/login/?$query" -d "username=user-$name" -d password=密码
code=$(value authorization_code)
expect 400 '{"code":400,"message":"redirect_uri 未登记","data":null}' \
  POST "/login/?secret_id=$secret_id&redirect_uri=http://elsewhere.example" \
  -d "username=user-$name" -d password=密码

# 2. 客户端后端调用 /oauth/ POST
expect 401 '{"code":401,"message":"应用凭证无效","data":null}' POST /oauth/ \
  -d "secret_id=$secret_id" -d secret_value=x -d "authorization_code=$code"
expect 200 "{\"code\":200,\"message\":\"获取授权成功\",\"data\":{\"username\":\"user-$name\",\
\"email\":\"user-$email\"}}" \
  POST /oauth/ -d "secret_id=$secret_id" -d "secret_value=$secret_value" \
  -d "authorization_code=$code"
expect 400 '{"code":400,"message":"授权码无效或已过期","data":null}' POST /oauth/ \
  -d "secret_id=$secret_id" -d "secret_value=$secret_value" -d "authorization_code=$code"

echo "secretpair: $count answers as documented"
