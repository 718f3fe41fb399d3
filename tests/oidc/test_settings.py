"""What the settings of a sign-in provider may be, and what is said of the rest in one line."""

import pytest

from headway.console import CannotStart
from headway.settings import Settings, load_settings

GOOD = {"oidc_issuer": "https://id.example.org/realms/one", "oidc_client_id": "headway"}


def test_a_provider_is_called_by_its_host_unless_it_has_a_name() -> None:
    assert Settings().provider_name is None
    assert load_settings(**GOOD).provider_name == "id.example.org"
    assert load_settings(**GOOD, oidc_name="Example").provider_name == "Example"


def test_its_secret_is_shown_nowhere() -> None:
    settings = load_settings(**GOOD, oidc_client_secret="s3cret")
    assert "s3cret" not in repr(settings)
    with pytest.raises(CannotStart) as refused:
        load_settings(**GOOD, oidc_client_secret="s3cret" * 1_000)
    assert "s3cret" not in str(refused.value)


def test_plain_http_is_for_hosts_on_the_list() -> None:
    plain = {**GOOD, "oidc_issuer": "http://id.internal:8080"}
    with pytest.raises(CannotStart, match=r"HEADWAY_OIDC_ISSUER .*https address, or one whose host is in"):
        load_settings(**plain)
    for allow in ("id.internal", "10.0.0.0/8, id.internal"):
        assert load_settings(**plain, outbound_allow=allow).oidc_issuer == "http://id.internal:8080"
    local = {**GOOD, "oidc_issuer": "http://127.0.0.1:8080"}
    assert load_settings(**local, outbound_allow="127.0.0.0/8").oidc_issuer == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    "issuer",
    ["id.example.org", "ftp://id.example.org", "https://", "https://id.example.org/?x=1", "https://id.example.org/#x",
     "https://me@id.example.org", "https://id.example.org:port"],
)  # fmt: skip
def test_what_is_no_issuer_is_refused(issuer: str) -> None:
    with pytest.raises(CannotStart, match="HEADWAY_OIDC_ISSUER"):
        load_settings(oidc_issuer=issuer, oidc_client_id="x")


def test_an_issuer_needs_a_client_id() -> None:
    with pytest.raises(CannotStart, match="HEADWAY_OIDC_CLIENT_ID: is needed with HEADWAY_OIDC_ISSUER"):
        load_settings(oidc_issuer=GOOD["oidc_issuer"])


def test_a_list_with_a_slip_of_the_pen_is_refused_by_name() -> None:
    with pytest.raises(CannotStart, match=r"HEADWAY_OUTBOUND_ALLOW .*10\.0\.0\.300"):
        load_settings(outbound_allow="10.0.0.1, 10.0.0.300")
