"""Signed webhooks: the specification's own example, and two secrets at once."""

from __future__ import annotations

from base64 import b64encode

import pytest

from tracer.messages.signature import NoSecret, new_secret, read_secret, signed

# The example that the specification and its libraries print (standardwebhooks.com, 1.0.0).
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
IDENTITY, SECONDS, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_example_of_the_specification_comes_out() -> None:
    found = signed(IDENTITY, SECONDS, BODY, [read_secret(SECRET)])

    assert found == {
        "webhook-id": IDENTITY,
        "webhook-timestamp": str(SECONDS),
        "webhook-signature": SIGNATURE,
    }


def test_with_two_secrets_a_receiver_of_either_finds_his_signature() -> None:
    other = new_secret()

    found = signed(IDENTITY, SECONDS, BODY, [read_secret(other), read_secret(SECRET)])

    alone = signed(IDENTITY, SECONDS, BODY, [read_secret(other)])["webhook-signature"]
    assert found["webhook-signature"].split(" ") == [alone, SIGNATURE]


def test_another_body_id_or_time_is_another_signature() -> None:
    secret = [read_secret(SECRET)]

    said = {
        signed(*parts, secret)["webhook-signature"]  # type: ignore[arg-type]
        for parts in (
            (IDENTITY, SECONDS, BODY + b" "),
            ("msg_other", SECONDS, BODY),
            (IDENTITY, SECONDS + 1, BODY),
        )
    }

    assert len(said | {SIGNATURE}) == 4


def test_a_secret_is_new_each_time_and_reads_back() -> None:
    made = {new_secret() for _ in range(50)}

    assert len(made) == 50
    assert {len(read_secret(one)) for one in made} == {32}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "whsec_",
        "secret",
        "whsec_" + b64encode(b"x" * 23).decode(),
        b64encode(b"x" * 65).decode(),
        "é" * 40,
    ],
)
def test_what_is_no_secret_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(NoSecret) as caught:
        read_secret(text)

    assert not text or text not in str(caught.value)
