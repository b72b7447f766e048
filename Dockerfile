# One image. Its command is `serve`, `work` or `up` (the default: everything in one container).
FROM python:3.11-slim AS build
WORKDIR /build
COPY requirements.lock ./
RUN python -m venv /opt/rejoinder \
 && /opt/rejoinder/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml setup.py README.md LICENSE ./
COPY moderation moderation
COPY models models
COPY worker worker
COPY service service
RUN /opt/rejoinder/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN groupadd --gid 10001 rejoinder \
 && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home rejoinder \
 && install --directory --owner 10001 --group 10001 --mode 700 /data
COPY --from=build /opt/rejoinder /opt/rejoinder
ENV PATH=/opt/rejoinder/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    REJOINDER_HOME=/data \
    REJOINDER_HOST=0.0.0.0
WORKDIR /data
# As a number, so that Kubernetes can see that it is not root (runAsNonRoot).
USER 10001:10001
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["rejoinder"]
CMD ["up"]
