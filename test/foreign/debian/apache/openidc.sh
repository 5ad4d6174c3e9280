# An Apache of its own, whose page only a user of Latchkey sees, as mod_auth_openidc documents it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/site"
index="$folder/site/index.html"
echo '<!--#echo var="REMOTE_USER" --> <!--#echo var="OIDC_CLAIM_sub" -->' > "$index"
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
<Location />
  AuthType openid-connect
  Require valid-user
  DirectoryIndex index.html
  Options +Includes
  SetOutputFilter INCLUDES
</Location>
CONF
/usr/sbin/apache2 -X -f "$folder/apache.conf" >&2 &
server=$!
trap 'kill "$server" || true; cat "$folder/error.log" >&2; rm -rf "$folder"' EXIT
until curl --silent --output "$folder/answer" "http://127.0.0.1:$PORT/"; do
  kill -0 "$server"
  sleep 0.1
done
echo "open http://127.0.0.1:$PORT/"
read -r arrival
username=$(printf '%s' "$arrival" | sed -n 's/.*"page":"\([^ "]*\) [^ "]*\\n".*/\1/p')
test -n "$username" || { echo "$arrival" >&2; exit 1; }
version=$(dpkg-query --show --showformat='${source:Upstream-Version}' libapache2-mod-auth-openidc)
echo "result {\"version\": \"$version\", \"username\": \"$username\"}"
