# An Apache of its own, whose module signs its user out at Latchkey, and takes logout tokens.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir -p "$folder/site/signed-out"
echo '<!--#echo var="REMOTE_USER" --> <!--#echo var="OIDC_id_token" -->' > "$folder/site/index.html"
echo 'signed out' > "$folder/site/signed-out/index.html"
modules=/usr/lib/apache2/modules
cat > "$folder/apache.conf" <<CONF
ServerRoot $folder
ServerName 127.0.0.1
Listen 127.0.0.1:$PORT
PidFile $folder/pid
ErrorLog $folder/error.log
LogLevel warn
$(for name in mpm_event authn_core authz_core authz_user auth_openidc dir include mime; do
  echo "LoadModule ${name}_module $modules/mod_$name.so"
done)
$(test "$(id -u)" != 0 || printf 'User www-data\nGroup www-data\n')
TypesConfig /etc/mime.types
DocumentRoot $folder/site
OIDCProviderMetadataURL $LATCHKEY_URL/.well-known/openid-configuration
OIDCClientID $CLIENT_ID
OIDCClientSecret $CLIENT_SECRET
OIDCRedirectURI $REDIRECT_URI
OIDCCryptoPassphrase of-the-session
OIDCScope "openid profile"
OIDCPKCEMethod S256
OIDCRemoteUserClaim preferred_username
OIDCPassIDTokenAs serialized
OIDCInfoHook iat
<Location />
  AuthType openid-connect
  Require valid-user
  DirectoryIndex index.html
</Location>
<Directory $folder/site>
  Options +Includes
  <Files index.html>
    SetOutputFilter INCLUDES
  </Files>
</Directory>
<Location /signed-out>
  AuthType none
  Require all granted
</Location>
CONF
/usr/sbin/apache2 -X -f "$folder/apache.conf" >&2 &
server=$!
trap 'kill "$server" || true; cat "$folder/error.log" >&2; rm -rf "$folder"' EXIT
until curl --silent --output "$folder/answer" "http://127.0.0.1:$PORT/"; do
  kill -0 "$server"
  sleep 0.1
done
page() {
  echo "open $1"
  read -r arrival
}
shows() {
  printf '%s' "$arrival" | grep -q "$1" || { echo "no $1: $arrival" >&2; exit 1; }
}
user() {
  page "http://127.0.0.1:$PORT/"
  username=$(printf '%s' "$arrival" | sed -n 's/.*"page":"\([^ "]*\) [^ "]*\\n".*/\1/p')
  test -n "$username" || { echo "$arrival" >&2; exit 1; }
}

# The module's own way out ends the session at the provider.
user
page "$REDIRECT_URI?info=json"
shows iat
page "$REDIRECT_URI?logout=http%3A%2F%2F127.0.0.1%3A$PORT%2Fsigned-out%2F"
shows 'signed out'
page "$REDIRECT_URI?info=json"
shows Unauthorized

# The session ends at the provider, and the module learns of it by a logout token.
user
token=$(printf '%s' "$arrival" | sed -n 's/.*"page":"[^ "]* \([^ "]*\)\\n".*/\1/p')
page "$LATCHKEY_URL/oauth2/logout?id_token_hint=$token"
until page "$REDIRECT_URI?info=json" && printf '%s' "$arrival" | grep -q Unauthorized; do
  sleep 0.2
done
version=$(dpkg-query --show --showformat='${source:Upstream-Version}' libapache2-mod-auth-openidc)
echo "result {\"version\": \"$version\", \"username\": \"$username\"}"
