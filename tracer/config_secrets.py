"""How a source's vendor knows who asks: names of places where secrets are, never a secret itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from tracer.config_values import Model, WebAddress
from tracer.errors import TracerError, WrongUse
from tracer.vault import read_key_file
from tracer.words import N_


class Credentials(Model):
    """Who asks a vendor, and where his secret or private key is kept.

    ``token_url`` gives access tokens, ``ciba_url`` begins a question to the number's holder (OpenID CIBA).
    A private key (PEM, RSA or P-256) in ``key_env`` or ``key_file`` signs assertions (RFC 7523); ``key_id``
    is the name the vendor knows it by, ``audience`` whom they are for when that is not ``token_url``.
    ``callback_env`` names the variable with the secret a vendor's callbacks are checked by.
    """

    token_url: WebAddress = ""
    ciba_url: WebAddress = ""
    client_id: str = ""
    secret_env: str = Field(default="", pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")
    secret_file: Path | None = None
    key_env: str = Field(default="", pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")
    key_file: Path | None = None
    key_id: str = Field(default="", pattern=r"^[A-Za-z0-9._-]{0,128}$")
    audience: WebAddress = ""
    callback_env: str = Field(default="", pattern=r"^([A-Za-z_][A-Za-z0-9_]*)?$")

    @property
    def has_secret(self) -> bool:
        """True when a place for a secret is named."""
        return bool(self.secret_env or self.secret_file)

    @property
    def has_key(self) -> bool:
        """True when a place for a private key is named."""
        return bool(self.key_env or self.key_file)

    @model_validator(mode="after")
    def _token(self) -> Self:
        # A secret may stand alone (a key in a header); a token needs a name and a secret or key to prove it.
        proof = self.has_secret or self.has_key
        if (self.client_id and not proof) or (
            (self.token_url or self.ciba_url) and not (self.token_url and self.client_id and proof)
        ):
            raise PydanticCustomError("half_a_token", "token")
        if (self.secret_env and self.secret_file) or (self.key_env and self.key_file):
            raise PydanticCustomError("two_secrets", "secrets")
        return self

    def secret(self) -> str:
        """Read the client secret from its environment variable or file.

        Raises:
            WrongUse: it is not there, is empty, or cannot be read.
        """
        if self.secret_env:
            return self._kept(os.environ.get(self.secret_env, ""), self.secret_env)
        place = str(self.secret_file)
        try:
            found = Path(place).read_text(encoding="utf-8") if self.secret_file else ""
        except (OSError, UnicodeDecodeError):
            found = ""
        return self._kept(found, place)

    def private_key(self) -> str:
        """Read the private key (PEM); a file must be one that only this user may read, as the vault's are.

        Raises:
            WrongUse: it is not there, is empty, may be read by others, or cannot be read.
        """
        if self.key_env:
            return self._kept(os.environ.get(self.key_env, ""), self.key_env)
        if self.key_file is None:
            return self._kept("", "key_file")
        try:
            return self._kept(read_key_file(self.key_file), str(self.key_file))
        except TracerError as error:
            raise WrongUse(
                N_("The private key {file} is missing, unreadable, or may be read by others."),
                N_("Put it there and run: chmod 600 {file}"),
                file=str(self.key_file),
            ) from error

    def callback_secret(self) -> str:
        """Read the secret by which the vendor's callbacks are checked; WrongUse when it is not there."""
        return self._kept(os.environ.get(self.callback_env, ""), self.callback_env or "callback_env")

    def _kept(self, found: str, place: str) -> str:
        if not found.strip():
            raise WrongUse(
                N_("The secret of source {source} cannot be read from {place}."),
                N_("Put it there (an environment variable or a file only you can read) and run again."),
                source=getattr(self, "id", ""),
                place=place,
            )
        return found.strip()
