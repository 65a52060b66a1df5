"""The way in which a check inside the schema says what is wrong and how to mend it."""

from pydantic_core import PydanticCustomError

KIND = "mistake"


def mistake(what: str, how: str) -> PydanticCustomError:
    """An error for a validator to raise; both parts reach the reader unchanged."""
    return PydanticCustomError(KIND, "{what}: {how}", {"what": what, "how": how})
