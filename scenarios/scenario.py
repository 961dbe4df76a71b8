"""What makes a function a scenario.

    @scenario(faults=[duplicates(share=0.1)], checks=[no_double_sale], twins=[no_unique_hold])
    async def last_seat(town: Town) -> None:
        ...

Its name is the function's, with dashes; its story the module's docstring.
"""

from typing import Final

from scenarios.shop.system import SHOP

scenario: Final = SHOP.story
