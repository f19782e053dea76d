"""The published CAMARA definitions, read where the shared material lies beside the repository."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker

CAMARA = Path(__file__).parents[4] / "shared" / "specs" / "camara"

FILES = {
    "camara.number-recycling": "NumberRecycling-r2.2/code/API_definitions/number-recycling.yaml",
    "camara.kyc-tenure": "Tenure-r2.2/code/API_definitions/kyc-tenure.yaml",
    "camara.kyc-match": "KnowYourCustomerMatch-r1.2/code/API_definitions/kyc-match.yaml",
    "camara.subscription-status": "SubscriptionStatus-r1.2/code/API_definitions/subscription-status.yaml",
}


@dataclass(frozen=True)
class Definition:
    """One API definition with a single operation."""

    document: dict[str, Any]

    @property
    def path(self) -> str:
        (path,) = self.document["paths"]
        return self.document["servers"][0]["url"].removeprefix("{apiRoot}") + path

    @property
    def operation(self) -> dict[str, Any]:
        ((_, item),) = self.document["paths"].items()
        return self.inlined(item["post"])

    @property
    def scope(self) -> str:
        return self.operation["security"][0]["openId"][0]

    def inlined(self, part: Any) -> Any:
        if isinstance(part, dict):
            if "$ref" in part:
                found: Any = self.document
                for step in part["$ref"].removeprefix("#/").split("/"):
                    found = found[step]
                return self.inlined(found)
            return {key: self.inlined(value) for key, value in part.items()}
        return [self.inlined(value) for value in part] if isinstance(part, list) else part

    def check(self, schema: Any, value: object) -> None:
        OAS30Validator(schema, format_checker=oas30_format_checker).validate(value)

    @property
    def request_schema(self) -> Any:
        return self.operation["requestBody"]["content"]["application/json"]["schema"]

    def response_schema(self, status: int) -> Any:
        return self.operation["responses"][str(status)]["content"]["application/json"]["schema"]

    def error_examples(self) -> list[tuple[int, dict[str, Any]]]:
        return [
            (int(status), example["value"])
            for status, response in self.operation["responses"].items()
            if status != "200"
            for example in response["content"]["application/json"]["examples"].values()
        ]


def definition(name: str) -> Definition:
    """Give the definition a source was written from; skips where the shared material is not there."""
    path = CAMARA / FILES[name]
    if not path.is_file():
        pytest.skip(f"the published definition is not here: ../shared/specs/camara/{FILES[name]}")
    return Definition(yaml.safe_load(path.read_text("utf-8")))


@pytest.fixture
def defined() -> Any:
    return definition
