"""What letters say. Each kind is a function from its fields to plain sentences; markup and addresses come later."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: paragraphs, and perhaps one thing to click. `path` begins with a slash: links lead here only."""

    subject: str
    paragraphs: tuple[str, ...]
    label: str | None = None
    path: str | None = None
    after: tuple[str, ...] = ()


NOT_YOU = "If that was not you, ask whoever runs this server to look into it."


def password_reset(*, name: str, token: str) -> Letter:
    """The one link that sets a new password."""
    return Letter(
        "Set a new password",
        (f"Hello {name},", "somebody, hopefully you, asked to set a new password for your Headway account."),
        "Set a new password",
        f"/reset-password#{token}",
        (
            "The link works once, for one hour.",
            "If you did not ask for it, do nothing: your password stays as it is.",
        ),
    )


def password_changed(*, name: str) -> Letter:
    """After it happened: whoever did it, the owner hears of it."""
    return Letter(
        "Your password was changed",
        (
            f"Hello {name},",
            "the password of your Headway account was just changed. All other sessions and all API tokens have ended.",
            "If that was not you, set a new one at once:",
        ),
        "Set a new password",
        "/forgot-password",
        ("If that does not help, ask whoever runs this server.",),
    )


def address_proof(*, name: str, token: str) -> Letter:
    """To an address that somebody says is theirs."""
    return Letter(
        "Confirm your e-mail address",
        (f"Hello {name},", "open this link to use this e-mail address for your Headway account."),
        "Confirm this address",
        f"/confirm-address#{token}",
        (
            "The link works once, for one day, while you are signed in.",
            "If you have no such account, do nothing: nobody can use your address without the link.",
        ),
    )


def address_changed(*, name: str, new: str) -> Letter:
    """To the address that an account had until now."""
    return Letter(
        "Your e-mail address was changed",
        (f"Hello {name},", f"your Headway account now uses the e-mail address {new} instead of this one.", NOT_YOU),
    )


def invitation(*, workspace: str, invited_by: str, token: str, days: int) -> Letter:
    """The one link that lets somebody into a workspace."""
    return Letter(
        f"{invited_by} invites you to {workspace}",
        ("Hello,", f"{invited_by} invites you to work on {workspace} in Headway."),
        "Accept the invitation",
        f"/join#{token}",
        (f"The link works once, for {days} days. It is for this e-mail address: please do not pass it on.",),
    )


def notice(*, name: str, subject: str, sentence: str) -> Letter:
    """Something about somebody's account changed that they should hear of, in a sentence of ours."""
    return Letter(subject, (f"Hello {name},", sentence, NOT_YOU))


def trial() -> Letter:
    """Sent by `headway mail test`."""
    return Letter("Mail from Headway works", ("This is the letter that was sent to try it.",))


KINDS: Mapping[str, Callable[..., Letter]] = {
    kind.__name__: kind
    for kind in (password_reset, password_changed, address_proof, address_changed, invitation, notice, trial)
}
