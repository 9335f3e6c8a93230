"""Whether a tag's normal range means anything now: a stopped engine has no oil pressure, and nothing is wrong."""

from vmshmi.core.expression import Expression, parse
from vmshmi.core.ports import TagsPort
from vmshmi.core.tags import TagDef
from vmshmi.core.values import Scalar, TagId


class NormalRanges:
    """Works out `normal_when`; every text is parsed once."""

    def __init__(self, tags: TagsPort) -> None:
        self._tags = tags
        self._parsed: dict[str, Expression] = {}

    def applies(self, tag: TagDef) -> bool:
        """False when the tag's condition is known not to hold; an unknown condition hides nothing."""
        return not tag.normal_when or self._expression(tag.normal_when).evaluate(self._value) is not False

    def inputs(self, tag: TagDef) -> frozenset[TagId]:
        """The tags whose change may change the answer."""
        return self._expression(tag.normal_when).tags if tag.normal_when else frozenset()

    def _expression(self, text: str) -> Expression:
        if text not in self._parsed:
            self._parsed[text] = parse(text)
        return self._parsed[text]

    def _value(self, tag_id: TagId) -> Scalar | None:
        return self._tags.value(tag_id).value if tag_id in self._tags.definitions() else None
