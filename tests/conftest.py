"""What holds for every test: how long something takes is never what fails it."""

from hypothesis import HealthCheck, settings

# On top of what a mutation run has loaded before.
settings.register_profile(
    "patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")
