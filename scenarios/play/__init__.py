"""The shop in a browser's tab: five services, unmodified, on a Python that is part of the page."""
