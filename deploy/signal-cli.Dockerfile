# signal-cli as an image, for deploy/compose.yaml. Signal's servers turn away clients that are some
# months old: build it anew with the newest version from time to time.
#
#   1. Put a release of https://github.com/AsamK/signal-cli (its .tar.gz) into this folder, as
#      signal-cli.tar.gz.
#   2. docker compose -f deploy/compose.yaml --profile signal up -d --build
#
# The account's keys lie on the volume /var/lib/signal-cli: whoever has them is the account.
FROM eclipse-temurin:25-jre
# An archive that is added is unpacked.
ADD signal-cli.tar.gz /opt
RUN ln -s /opt/signal-cli-*/bin/signal-cli /usr/local/bin/signal-cli \
    && useradd --system --uid 10002 --create-home --home-dir /var/lib/signal-cli signal-cli
USER signal-cli
VOLUME /var/lib/signal-cli
ENTRYPOINT ["signal-cli", "--config=/var/lib/signal-cli"]
CMD ["daemon", "--tcp=0.0.0.0:7583", "--receive-mode=manual"]
