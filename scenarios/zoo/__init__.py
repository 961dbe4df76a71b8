"""Broken twins: each takes one named defence away, and shows what it was there for.

Whoever lists them has them as well, so a stand-in loads drivers and use cases when it is called.
"""

from typing import Final

from boxoffice import Twin
from scenarios.zoo.acknowledgement import ack_first
from scenarios.zoo.alarms import no_second_line
from scenarios.zoo.durability import no_majority
from scenarios.zoo.holds import no_fencing, no_holder_check, no_unique_hold
from scenarios.zoo.letters import one_letter_at_a_time
from scenarios.zoo.memory import no_memory_of_the_forgotten
from scenarios.zoo.outboxes import no_outbox
from scenarios.zoo.refunds import no_look_up, no_refund, one_refund_key
from scenarios.zoo.refusals import blames_the_message
from scenarios.zoo.versions import no_version_check, unheard_version

TWINS: Final[dict[str, Twin]] = {
    twin.name: twin
    for twin in (
        no_version_check,
        unheard_version,
        no_unique_hold,
        no_holder_check,
        no_fencing,
        no_outbox,
        no_refund,
        ack_first,
        no_memory_of_the_forgotten,
        no_second_line,
        no_majority,
        blames_the_message,
        one_letter_at_a_time,
        no_look_up,
        one_refund_key,
    )
}

__all__ = ["TWINS"]
