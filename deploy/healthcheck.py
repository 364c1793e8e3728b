"""Exit with 0 if the service of this container answers."""

import os
import urllib.request

port = os.environ.get("LOAN_DEFAULT_PORT") or "7860"
urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=4).close()
