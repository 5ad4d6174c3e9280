# An Apache of its own, into which the code of the page is included. Only a user sees its page.
set -eu
folder=$(mktemp -d)
trap 'cat "$folder/error.log" >&2 || true; rm -rf "$folder"' EXIT
chmod 755 "$folder"
mkdir "$folder/site"
echo 'user <!--#echo var="REMOTE_USER" -->' > "$folder/site/index.html"
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
Include $SNIPPET
<Location />
  DirectoryIndex index.html
  Options +Includes
  SetOutputFilter INCLUDES
</Location>
CONF
/usr/sbin/apache2 -X -f "$folder/apache.conf"
