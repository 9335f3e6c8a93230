"""The station's loudspeaker: signals are computed, its threads are its own, a runtime's loop says what is heard."""
