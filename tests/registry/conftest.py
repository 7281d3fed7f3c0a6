"""Registries on loopback, and whoever asks them."""

import pytest
from registry_server import RegistryServer

from promoter.registry.http import HttpRegistry
from promoter.registry.login import Login, Logins


@pytest.fixture
def registry():
    server = RegistryServer()
    yield server
    server.close()


@pytest.fixture
def other():
    server = RegistryServer()
    yield server
    server.close()


@pytest.fixture
def asking():
    """Makes a client with the logins given by host."""
    made: list[HttpRegistry] = []

    def make(seconds: float = 10.0, **logins: tuple[str, str]) -> HttpRegistry:
        known = {host: Login(*login) for host, login in logins.items()}
        made.append(HttpRegistry(Logins(known), seconds))
        return made[-1]

    yield make
    for each in made:
        each.close()
