# One image for the five services; the argument says which: docker run boxoffice orders

FROM python:3.13.16-slim-trixie AS build
WORKDIR /build
COPY requirements/production.txt ./
RUN --mount=type=cache,target=/cache \
    pip install --cache-dir /cache --disable-pip-version-check --root-user-action ignore \
        --no-deps --require-hashes --only-binary :all: --no-compile \
        --target /app -r production.txt \
    && rm -rf /app/bin
COPY services /app/services
# Compiled here, because the running process must not write; unchecked, so that no date counts.
RUN python -m compileall -q --invalidation-mode unchecked-hash /app

FROM python:3.13.16-slim-trixie
LABEL org.opencontainers.image.title="boxoffice" \
    org.opencontainers.image.licenses="Apache-2.0"
RUN pip uninstall --yes --root-user-action ignore pip
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=/app
WORKDIR /app
COPY --from=build /app /app
USER 10001:10001
EXPOSE 3000
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "services"]
CMD ["--help"]
