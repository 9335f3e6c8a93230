"""Which limits have a place on the scale of a tag."""

import pytest

from tests.support.alarms import an_alarm
from tests.support.builders import a_tag
from vmshmi.core.alarms.model import Measure, Operator
from vmshmi.core.values import TagId
from vmshmi.ui.mimic.indicators import limits_of as limits_on_mimic
from vmshmi.ui.trends.limits import limits_of as limits_on_trend


def test_the_limit_of_a_value_is_drawn_and_that_of_an_amount_twice() -> None:
    assert limits_on_mimic(an_alarm()) == (2.5,)
    assert [mark.value for mark in limits_on_trend(a_tag(), [an_alarm()])] == [2.5]
    amount = an_alarm(operator=Operator.ABS_GREATER)
    assert limits_on_mimic(amount) == (-2.5, 2.5)
    assert [mark.value for mark in limits_on_trend(a_tag(), [amount])] == [2.5, -2.5]


@pytest.mark.parametrize("measure", [measure for measure in Measure if measure is not Measure.VALUE])
def test_the_limit_of_what_is_no_value_is_not_drawn_among_the_values(measure: Measure) -> None:
    alarm = an_alarm(measure=measure, others=(TagId("other"),))
    assert limits_on_mimic(alarm) == ()
    assert limits_on_trend(a_tag(), [alarm]) == ()
