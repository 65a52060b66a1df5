"""What a page says of its job posting for machines: schema.org, as JSON-LD, microdata or RDFa."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

_TYPE = "jobposting"
_DEEPEST = 40
_WRAPPED = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|"
                      r"(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/)\s*$")  # fmt: skip
_BROKEN = "the JSON-LD of the page (line {line} of it: {why}) is broken and was not used"


def find_marked(root: Any, html: str) -> tuple[list[Mapping[str, Any]], list[str]]:
    """The JobPosting objects of a page as they came, and notes on what could not be read."""
    notes: list[str] = []
    found = [posting for data in _json_ld(root, notes) for posting in postings_in(data)]
    if not found and _TYPE in html.casefold() and re.search("itemtype|typeof", html, re.IGNORECASE):
        found = [posting for data in _extracted(html) for posting in postings_in(data)]
    return found, notes


def postings_in(data: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Every JobPosting within *data*, however it is nested."""
    if depth > _DEEPEST:
        return
    if isinstance(data, Mapping):
        if is_posting(data):
            yield data
            return
        for value in data.values():
            yield from postings_in(value, depth + 1)
    elif isinstance(data, list):
        for value in data:
            yield from postings_in(value, depth + 1)


def is_posting(data: Mapping[str, Any]) -> bool:
    """Whether an object calls itself a JobPosting."""
    types = data.get("@type", data.get("type", ""))
    names = types if isinstance(types, list) else [types]
    return any(
        str(name).rpartition("/")[2].rpartition(":")[2].casefold() == _TYPE for name in names
    )


def _json_ld(root: Any, notes: list[str]) -> Iterator[Any]:
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").casefold():
            continue
        text = _WRAPPED.sub("", script.text_content()).strip()
        if not text:
            continue
        try:
            yield json.loads(text, strict=False)
        except json.JSONDecodeError as error:
            notes.append(_BROKEN.format(line=error.lineno, why=error.msg))
        except (RecursionError, ValueError):
            notes.append(_BROKEN.format(line=1, why="nested too deep"))


def _extracted(html: str) -> Iterator[Any]:
    import logging  # noqa: PLC0415 - in the reading process only

    import extruct  # noqa: PLC0415

    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # it tells every odd date
    for syntax in ("microdata", "rdfa"):
        try:
            found = extruct.extract(html, syntaxes=[syntax], errors="ignore", uniform=False)
        except Exception:  # noqa: BLE001, S112 - pages break its parsers in many ways
            continue
        items = found.get(syntax) or []
        yield [_plain(item) for item in (_resolved(items) if syntax == "rdfa" else items)]


def _plain(item: Any, depth: int = 0) -> Any:
    """Microdata and expanded JSON-LD in the shape of simple JSON-LD."""
    if depth > _DEEPEST:
        return None
    if isinstance(item, list):
        return [_plain(one, depth + 1) for one in item]
    if not isinstance(item, Mapping):
        return item
    if "@value" in item:
        return item["@value"]
    if "properties" in item:
        inner = _plain(item["properties"], depth + 1)
        return {"@type": item.get("type", ""), **(inner if isinstance(inner, Mapping) else {})}
    names = {str(key).rpartition("/")[2].rpartition("#")[2]: key for key in item}
    plain = {name: _plain(item[key], depth + 1) for name, key in names.items()}
    single = {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in plain.items()
    }
    return single["@id"] if set(single) == {"@id"} else single


def _resolved(items: list[Any]) -> list[Any]:
    """RDFa's objects with those that they point to put into them."""
    by_id = {item.get("@id"): item for item in items if isinstance(item, Mapping)}

    def put(value: Any, depth: int = 0) -> Any:
        if depth > 8:  # noqa: PLR2004 - they may point in a circle
            return value
        if isinstance(value, list):
            return [put(one, depth) for one in value]
        if isinstance(value, Mapping):
            if set(value) == {"@id"} and value["@id"] in by_id:
                return put(by_id[value["@id"]], depth + 1)
            return {key: put(one, depth + 1) for key, one in value.items()}
        return value

    return [put(item) for item in items]
