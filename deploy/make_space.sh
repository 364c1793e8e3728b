#!/usr/bin/env bash
# Write the folder that a Hugging Face Docker Space is built from: deploy/make_space.sh BUNDLE FOLDER
set -euo pipefail

if [ $# -ne 2 ]; then
	echo "Usage: deploy/make_space.sh BUNDLE FOLDER (e.g. data/06_models/consumer_credit/scoring_bundle build/space)" >&2
	exit 2
fi
if [ ! -f "$1/manifest.json" ]; then
	echo "$1 is no scoring bundle: it has no manifest.json. 'make run' writes one." >&2
	exit 2
fi
if [ -e "$2" ]; then
	echo "$2 is there already; name a new folder or remove it." >&2
	exit 2
fi
bundle=$(cd "$1" && pwd)
mkdir -p "$2"
space=$(cd "$2" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mkdir -p "$space/deploy/bundle"
cp Dockerfile .dockerignore requirements.lock requirements-serving.lock pyproject.toml LICENSE "$space"
cp deploy/space/README.md "$space/README.md"
cp deploy/healthcheck.py "$space/deploy"
cp "$bundle"/* "$space/deploy/bundle"
cp -R src "$space"
find "$space/src" -depth \( -name __pycache__ -o -name '*.egg-info' \) -exec rm -r {} +
echo "$space is ready: $(find "$space" -type f | wc -l | tr -d ' ') files."
