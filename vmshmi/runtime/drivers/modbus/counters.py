"""What a Modbus driver counts; every number only grows."""

from dataclasses import asdict, dataclass


@dataclass(slots=True)
class Counters:
    """Counters of one device since the driver was made.

    Attributes:
        connects, connect_failures, disconnects: of the connection.
        requests: sent; responses: right answers to them.
        timeouts: requests without a valid answer in time.
        mismatches: answers of wrong unit, function, length, or no Modbus at all.
        stale_dropped: answers under another transaction id, or at a time when none was awaited, thrown away.
        resyncs: reads that only made sure that no late answer is still to come (RTU).
        device_exceptions: exception answers, `busy` among them.
        repeats: reads asked a second time.
        splits: blocks divided because the device refused a part of them.
        writes: taken by the device; writes_refused: not sent, or refused by it; writes_unknown: without an answer.
        samples: values handed on, good or bad.
        overruns: polls left out because the one before took too long.
        bytes_sent, bytes_received: on the wire.
    """

    connects: int = 0
    connect_failures: int = 0
    disconnects: int = 0
    requests: int = 0
    responses: int = 0
    timeouts: int = 0
    mismatches: int = 0
    stale_dropped: int = 0
    resyncs: int = 0
    device_exceptions: int = 0
    repeats: int = 0
    splits: int = 0
    writes: int = 0
    writes_refused: int = 0
    writes_unknown: int = 0
    samples: int = 0
    overruns: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0

    def snapshot(self, line: "Counters") -> tuple[tuple[str, int], ...]:
        """Name and number of each, in the order above, with what is counted of the line."""
        of_line = asdict(line)
        return tuple((name, number + of_line[name]) for name, number in asdict(self).items())
