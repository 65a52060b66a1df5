"""Checks requests against a machine-readable specification of the Bot API."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ARRAY = "Array of "


@dataclass(frozen=True)
class Specification:
    methods: Mapping[str, Any]
    types: Mapping[str, Any]

    @classmethod
    def load(cls, path: Path) -> "Specification":
        content = json.loads(path.read_text(encoding="utf-8"))
        return cls(content["methods"], content["types"])

    def complaints(self, method: str, params: Mapping[str, str]) -> list[str]:
        """What is wrong with a call whose parameters came as a form."""
        if method not in self.methods:
            return [f"{method}: no such method"]
        known = self.methods[method]["params"]
        wrong = [f"{method}: no parameter {name}" for name in params if name not in known]
        for name, rule in known.items():
            if name not in params:
                if rule["required"]:
                    wrong.append(f"{method}: {name} is missing")
            elif not any(self._fits_text(params[name], kind) for kind in rule["types"]):
                wrong.append(f"{method}: {name} is no {rule['types']}: {params[name][:80]!r}")
        return wrong

    def _fits_text(self, text: str, kind: str) -> bool:
        if kind == "String":
            return bool(text)
        try:
            value = json.loads(text)
        except ValueError:
            return False
        return self._fits(value, kind)

    def _fits(self, value: object, kind: str) -> bool:
        if kind.startswith(_ARRAY):
            inner = kind.removeprefix(_ARRAY)
            return isinstance(value, list) and all(self._fits(each, inner) for each in value)
        match kind:
            case "Integer":
                return type(value) is int
            case "Float":
                return type(value) in (int, float)
            case "Boolean":
                return isinstance(value, bool)
            case "String":
                return isinstance(value, str)
            case _:
                return isinstance(value, dict) and self._is_a(value, kind)

    def _is_a(self, value: dict[str, Any], kind: str) -> bool:
        rule = self.types.get(kind)
        if rule is None:
            return False
        if rule["subtypes"]:
            return any(self._is_a(value, each) for each in rule["subtypes"])
        fields = rule["fields"]
        return all(
            name in fields and any(self._fits(inner, each) for each in fields[name]["types"])
            for name, inner in value.items()
        ) and all(name in value for name, each in fields.items() if each["required"])
