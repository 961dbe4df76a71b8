"""What tests here share."""

from tests.engine.suite import suite

__all__ = ["suite"]
