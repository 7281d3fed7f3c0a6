"""What contents say, remembered by blob id: the same bytes are never read twice, in this run or the next.

A pure memo: an answer depends on the content alone, so losing it costs time and nothing else. The shell may
carry it over to a later run, in parts of which a run that asks little reads few; it carries what this run
did not use only while that is little.
"""

from collections.abc import Callable, Mapping
from typing import Final

from promoter.model import Json

Topics = Mapping[str, Mapping[str, Json]]


class Memo:
    """Answers by topic and blob id. `fresh` are the parts to which something was added.

    A part is what the first character of blob ids is. `limit` is how many answers of a topic are carried
    over in a part when some of them were not used.
    """

    def __init__(self, limit: int = 2_000) -> None:
        self._limit = limit
        self._used: dict[str, dict[str, Json]] = {}
        self._known: dict[str, dict[str, dict[str, Json]]] = {}
        self._recall: Callable[[str], Topics] = lambda _: {}
        self._recalled: set[str] = set()
        self.fresh: set[str] = set()

    def get(self, topic: str, blob: str, answer: Callable[[], Json]) -> Json:
        """The answer for a blob; asked for only when it is not known."""
        used = self._used.setdefault(topic, {})
        if blob not in used:
            known = self._part(blob[:1]).get(topic, {})
            if blob in known:
                used[blob] = known[blob]
            else:
                used[blob] = answer()
                self.fresh.add(blob[:1])
        return used[blob]

    def carry(self, recall: Callable[[str], Topics]) -> None:
        """Nothing; from now on `recall` is asked, once for each part, what an earlier run dumped of it."""
        self._recall = recall
        self._recalled.clear()

    def dump(self) -> dict[str, dict[str, dict[str, Json]]]:
        """Of each fresh part every answer that this run used, by topic; the others too while they fit."""
        used: dict[str, dict[str, dict[str, Json]]] = {part: {} for part in sorted(self.fresh)}
        for topic, answers in sorted(self._used.items()) if used else ():
            for blob in sorted(each for each in answers if each[:1] in used):
                used[blob[:1]].setdefault(topic, {})[blob] = answers[blob]
        return {part: self._carried(part, topics) for part, topics in used.items()}

    def _part(self, part: str) -> dict[str, dict[str, Json]]:
        known = self._known.setdefault(part, {})
        if part not in self._recalled:
            self._recalled.add(part)
            for topic, answers in self._recall(part).items():
                known[topic] = {**answers, **known.get(topic, {})}
        return known

    def _carried(self, part: str, used: dict[str, dict[str, Json]]) -> dict[str, dict[str, Json]]:
        for topic, known in self._part(part).items():
            every = {**known, **used.get(topic, {})}
            if len(every) <= self._limit:
                used[topic] = dict(sorted(every.items()))
        return used


MEMO: Final = Memo()
