"""A system on its hosts under one clock: started, played, healed and judged."""
