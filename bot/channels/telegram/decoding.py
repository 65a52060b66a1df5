"""JSON as Telegram sends it: read fast where it is well-formed, never refused for its letters."""

import json

import orjson


def decoded(payload: bytes) -> object:
    """What *payload* holds.

    Half of a surrogate pair, which is no text, is read all the same: an update that is refused
    comes again for ever, and brings what came with it to a stop.

    Raises:
        ValueError: it is no JSON, or nested too deeply.
    """
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        try:
            return json.loads(payload)
        except RecursionError:
            raise ValueError("nested too deeply") from None
