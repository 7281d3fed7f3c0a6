"""What the controllers deploy from a repository: its settings, the names of environments, and `discovery`.

The package itself loads only what every command needs; `discovery.discover` loads the controllers.
"""

from promoter.deployables.environment import beside_tier, normalise, promotion_order, tier_in
from promoter.deployables.settings import Cluster, Inventory, Own, Settings, canonical_url

__all__ = [
    "Cluster",
    "Inventory",
    "Own",
    "Settings",
    "beside_tier",
    "canonical_url",
    "normalise",
    "promotion_order",
    "tier_in",
]
