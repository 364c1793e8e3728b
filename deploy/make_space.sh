#!/usr/bin/env bash
# Write the folder that a Hugging Face Docker Space is built from: deploy/make_space.sh BUNDLE FOLDER
# BUNDLE is a folder, which goes into the Space, or hf://OWNER/NAME@COMMIT, which the Space fetches when it starts.
set -euo pipefail

if [ $# -ne 2 ]; then
	echo "Usage: deploy/make_space.sh BUNDLE FOLDER (e.g. data/06_models/consumer_credit/scoring_bundle build/space)" >&2
	exit 2
fi
published='^hf://[A-Za-z0-9._-]+/[A-Za-z0-9._-]+@[0-9a-f]{40}$'
if [[ "$1" == hf:* && ! "$1" =~ $published ]]; then
	echo "$1 names no fixed bundle: write hf://OWNER/NAME@COMMIT as 'make publish' prints it." >&2
	exit 2
fi
if [[ "$1" != hf:* && ! -f "$1/manifest.json" ]]; then
	echo "$1 is no scoring bundle: it has no manifest.json. 'make run' writes one." >&2
	exit 2
fi
if [ -e "$2" ]; then
	echo "$2 is there already; name a new folder or remove it." >&2
	exit 2
fi
bundle=$1
if [[ "$bundle" != hf:* ]]; then bundle=$(cd "$bundle" && pwd); fi
mkdir -p "$2"
space=$(cd "$2" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mkdir -p "$space/deploy/bundle"
cp Dockerfile .dockerignore requirements.lock requirements-serving.lock pyproject.toml LICENSE "$space"
cp deploy/space/README.md "$space/README.md"
cp deploy/healthcheck.py "$space/deploy"
if [[ "$bundle" == hf:* ]]; then
	cp deploy/bundle/.gitignore "$space/deploy/bundle"  # git keeps no empty folder
	printf '\n# Published with `make publish`; fetched at the start, its hashes checked.\nENV LOAN_DEFAULT_BUNDLE=%s\n' "$bundle" >> "$space/Dockerfile"
else
	cp "$bundle"/* "$space/deploy/bundle"
fi
cp -R src "$space"
find "$space/src" -depth \( -name __pycache__ -o -name '*.egg-info' \) -exec rm -r {} +
echo "$space is ready: $(find "$space" -type f | wc -l | tr -d ' ') files."
