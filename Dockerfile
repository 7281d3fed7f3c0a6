# promoter with its render engine; git is the only program it needs besides.
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE promoter.cdx.json ./
COPY promoter promoter
RUN pip install --no-cache-dir --prefix=/install .

FROM python:3.13-slim-bookworm
RUN apt-get update \
 && apt-get install --yes --no-install-recommends git \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 10001 promoter
COPY --from=build /install /usr/local
USER promoter
WORKDIR /repository
ENTRYPOINT ["promoter"]
