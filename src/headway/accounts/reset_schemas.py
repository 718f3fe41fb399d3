"""What goes in about forgotten passwords and other addresses."""

from pydantic import BaseModel, Field

from headway.accounts.schemas import Email, NewPassword
from headway.text import Input, Secret


class ResetQuestion(Input):
    email: Email


class Asked(BaseModel):
    detail: str = Field(description="What happens now, for people.")


class PasswordReset(Input):
    """What stands behind the # of the mailed link, and the password that is to be."""

    token: Secret
    new: NewPassword


class AddressChange(Input):
    email: Email
    password: Secret


class AddressProof(Input):
    """What stands behind the # of the mailed link."""

    token: Secret
