# Runs the program, a single source file, with all of Debian's libraries.
set -eu
PACKAGE_VERSION=$(dpkg-query --show --showformat='${source:Upstream-Version}' "$2")
export PACKAGE_VERSION LC_ALL=C.UTF-8
exec java -cp "/usr/share/java/*" "$(dirname "$0")/$1.java"
