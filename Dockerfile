# The service: see docs/deployment.md. deploy/check_image_steps.sh runs these steps without a Docker engine.

FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build

# The environment that goes into service has no pip. The slim image has no compiler, so wheels only.
RUN python -m venv --without-pip /opt/venv
COPY requirements-serving.lock ./
RUN python -m pip --python /opt/venv/bin/python install --only-binary :all: -r requirements-serving.lock

# --no-deps: the package also names what training needs.
COPY requirements.lock pyproject.toml README.md ./
COPY src ./src
RUN grep '^setuptools==' requirements.lock > setuptools.txt && python -m pip install -r setuptools.txt
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir wheels .
RUN python -m pip --python /opt/venv/bin/python install --no-deps wheels/*.whl

FROM python:3.12-slim
RUN useradd --uid 1000 --create-home app && install --directory --owner=app --group=app /logs
COPY --from=build /opt/venv /opt/venv
COPY deploy/healthcheck.py /opt/healthcheck.py
# Empty unless a bundle was put there; otherwise mount one at /bundle.
COPY deploy/bundle /bundle
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1
ENV LOAN_DEFAULT_BUNDLE=/bundle LOAN_DEFAULT_HOST=0.0.0.0 LOAN_DEFAULT_LOG_PATH=/logs/predictions.jsonl
ENV GRADIO_ANALYTICS_ENABLED=False HF_HUB_DISABLE_TELEMETRY=1
USER 1000
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "/opt/healthcheck.py"]
CMD ["python", "-m", "loan_default.app"]
