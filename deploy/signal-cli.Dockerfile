# signal-cli as an image, for deploy/compose.yaml. Signal's servers turn away clients that are some
# months old: build it anew with the newest version from time to time.
#
#   SIGNAL_CLI_VERSION=... docker compose -f deploy/compose.yaml --profile signal up -d --build
#
# The account's keys lie on the volume /var/lib/signal-cli: whoever has them is the account.
FROM eclipse-temurin:25-jre
ARG VERSION
ADD https://github.com/AsamK/signal-cli/releases/download/v${VERSION}/signal-cli-${VERSION}.tar.gz /tmp/signal-cli.tar.gz
RUN tar -xzf /tmp/signal-cli.tar.gz -C /opt && rm /tmp/signal-cli.tar.gz \
    && ln -s /opt/signal-cli-*/bin/signal-cli /usr/local/bin/signal-cli \
    && useradd --system --uid 10002 --create-home --home-dir /var/lib/signal-cli signal-cli
USER signal-cli
VOLUME /var/lib/signal-cli
ENTRYPOINT ["signal-cli", "--config=/var/lib/signal-cli"]
CMD ["daemon", "--tcp=0.0.0.0:7583", "--receive-mode=manual"]
