"""What a promotion or rollback changes, and the proof that it changes nothing else.

`site` describes one app in one environment at one revision, `plan` compares two sites and gives edits,
`prove` judges the renders before and after. All pure: nothing is read, rendered or written here.
"""

from promoter.plan.carry import carried
from promoter.plan.decide import Request, Site, chart_pins, obstacle, plan, site
from promoter.plan.proof import Proof, prove

__all__ = ["Proof", "Request", "Site", "carried", "chart_pins", "obstacle", "plan", "prove", "site"]
