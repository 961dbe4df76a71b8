"""Who knocks: all that is known of somebody before they have signed in."""

from dataclasses import dataclass

from services.auth.domain import User


@dataclass(frozen=True, slots=True)
class Device:
    """A device from which the password of that epoch was known."""

    id: str
    user: str
    epoch: int

    def belongs_to(self, user: User | None) -> bool:
        """Tell whether it is this user's, and no reset has come since."""
        return user is not None and (self.user, self.epoch) == (user.id, user.epoch)


@dataclass(frozen=True, slots=True)
class Visitor:
    """A client (`services.common.clients`), and the device that it has shown, if any."""

    client: str
    device: Device | None = None
