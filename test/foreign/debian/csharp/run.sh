# Compiles the program for Mono and runs it.
set -eu
PACKAGE_VERSION=$(dpkg-query --show --showformat='${source:Upstream-Version}' mono-mcs)
export PACKAGE_VERSION LC_ALL=C.UTF-8
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
mcs -nologo -r:System.Net.Http -out:"$folder/program.exe" "$(dirname "$0")/$1.cs"
mono "$folder/program.exe"
