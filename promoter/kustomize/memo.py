"""What contents say, remembered by blob id: the same bytes are never read twice, in this run or the next.

A pure memo: an answer depends on the content alone, so losing it costs time and nothing else. The shell
may carry `dump()` over to a later run; it carries what this run did not use only while that is little.
"""

from collections.abc import Callable, Mapping
from typing import Final

from promoter.model import Json


class Memo:
    """Answers by topic and blob id. `fresh` tells whether anything was added since `load`.

    `limit` is how many answers of a topic are carried over when some of them were not used.
    """

    def __init__(self, limit: int = 30_000) -> None:
        self._limit = limit
        self._known: dict[str, dict[str, Json]] = {}
        self._used: dict[str, dict[str, Json]] = {}
        self.fresh = False

    def get(self, topic: str, blob: str, answer: Callable[[], Json]) -> Json:
        """The answer for a blob; asked for only when it is not known."""
        used = self._used.setdefault(topic, {})
        if blob not in used:
            known = self._known.get(topic, {})
            if blob in known:
                used[blob] = known[blob]
            else:
                used[blob] = answer()
                self.fresh = True
        return used[blob]

    def load(self, dumped: Mapping[str, Mapping[str, Json]]) -> None:
        """Take over what an earlier run dumped; what is known already stays."""
        for topic, answers in dumped.items():
            self._known[topic] = {**answers, **self._known.get(topic, {})}

    def dump(self) -> dict[str, dict[str, Json]]:
        """Every answer that was used in this run, by topic and blob id; the others too while they fit."""
        topics = sorted({*self._used, *self._known})
        return {topic: dict(sorted(self._carried(topic).items())) for topic in topics}

    def _carried(self, topic: str) -> dict[str, Json]:
        used = self._used.get(topic, {})
        every = {**self._known.get(topic, {}), **used}
        return every if len(every) <= self._limit else used


MEMO: Final = Memo()
