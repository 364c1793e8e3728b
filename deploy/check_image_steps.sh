#!/usr/bin/env bash
# Run the Dockerfile's steps without a Docker engine, start the service from there and measure it (Linux).
#   deploy/check_image_steps.sh [BUNDLE]     PYTHON=... names the interpreter
set -euo pipefail

bundle=${1:-data/06_models/consumer_credit/scoring_bundle}
if [ ! -f "$bundle/manifest.json" ]; then
	echo "$bundle is no scoring bundle: it has no manifest.json. 'make run' writes one." >&2
	exit 2
fi
bundle=$(cd "$bundle" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# 3.12 is what the image has.
python=
for candidate in ${PYTHON:-python3.12 python3.11}; do
	if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
	echo "No Python 3.12 or 3.11 that can build virtual environments was found; name one: PYTHON=... $0" >&2
	exit 2
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"  # the service runs as another user
"$python" deploy/image_steps.py "$bundle" "$folder"
