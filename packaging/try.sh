#!/bin/sh
# Installs and runs the zip for Linux in a network namespace with nothing in it: packaging/try.sh ZIP [PYTHON…]
set -eu
zip=$(realpath "$1")
shift
[ $# -gt 0 ] || set -- python3
for python in "$@"; do
  folder=$(mktemp -d)
  (
    cd "$folder"
    unzip -q "$zip"
    export PYTHON="$python" PYTHONPATH= PIP_CONFIG_FILE=/dev/null
    for variable in $(env | sed -n 's/^\(PIP_[A-Z_]*\)=.*/\1/p'); do unset "$variable"; done
    unshare --user --map-root-user --net sh -eu -c '
      if "$PYTHON" -c "import socket; socket.create_connection((\"127.0.0.1\", 9), 1)" 2>/dev/null; then exit 9; fi
      ./docfill/install.sh
      ./docfill/start.sh forms
      ./docfill/start.sh blank shanghai -o blank.docx
      ./docfill/start.sh extract blank.docx -o read/
      "$PYTHON" -c "
import sys
sys.path.insert(0, \"docfill/app\")
import starlette, uvicorn, pypdf, docxtpl, py7zr, olefile, PIL, argon2
"
    '
    test -s read/blank.json
  )
  rm -rf "$folder"
  echo "$python: installed and ran without a network"
done
