"""Hosts, the links between them, and HTTP by path."""

from typing import TYPE_CHECKING

from boxoffice.lazily import lazily

if TYPE_CHECKING:
    from boxoffice.net.addresses import Addresses as Addresses
    from boxoffice.net.calls import Call as Call
    from boxoffice.net.calls import CallFault as CallFault
    from boxoffice.net.headers import headers_of as headers_of
    from boxoffice.net.host import Host as Host
    from boxoffice.net.host import current_life as current_life
    from boxoffice.net.network import INTERNET_S as INTERNET_S
    from boxoffice.net.network import Answered as Answered
    from boxoffice.net.network import Link as Link
    from boxoffice.net.network import LinkError as LinkError
    from boxoffice.net.network import Lost as Lost
    from boxoffice.net.network import Refused as Refused
    from boxoffice.net.transport import body_of as body_of
    from boxoffice.net.transport import json_of as json_of
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "boxoffice.net.addresses": "Addresses",
            "boxoffice.net.calls": "Call CallFault",
            "boxoffice.net.headers": "headers_of",
            "boxoffice.net.transport": "body_of json_of",
            "boxoffice.net.host": "Host current_life",
            "boxoffice.net.network": "Answered INTERNET_S Link LinkError Lost Refused",
        },
    )
