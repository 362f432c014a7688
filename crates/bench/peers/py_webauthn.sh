#!/usr/bin/env bash
# py_webauthn on the same authentications, in a virtual environment of its own below target/tools.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
version=3.0.0
venv=target/tools/webauthn-$version
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import webauthn' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check "webauthn==$version"
fi
cases=$PWD/target/peers
cargo bench --quiet --locked -p ceremony-bench --bench core -- --dump "$cases"
"$venv/bin/python" crates/bench/peers/py_webauthn.py "$cases"
rm -r "$cases"
