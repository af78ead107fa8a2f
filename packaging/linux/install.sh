#!/bin/sh
# Installs docfill into the folder "app" beside this file, without a network.  PYTHON=… chooses the Python.
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
if [ ! -f "requirements-$version.txt" ]; then
  echo "Python $version: 3.11, 3.12 or 3.13 is needed / 需要 Python 3.11 到 3.13" >&2
  exit 1
fi
sha256sum --check --quiet SHA256SUMS
for wheel in wheels/pip-*.whl; do pip=$wheel/pip; done
rm -rf app
"$python" "$pip" install --quiet --no-index --find-links wheels --require-hashes --no-deps \
  --target app -r "requirements-$version.txt"
"$python" docfill.py --version
