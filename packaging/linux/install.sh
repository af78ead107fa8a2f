#!/bin/sh
# Installs docfill into the folder "app" beside this file, without a network.  PYTHON=… chooses the Python.
exec "${PYTHON:-python3}" "$(dirname "$0")/install.py"
