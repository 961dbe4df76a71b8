"""The shop's commands alone, as the operator's image has them, where no package is installed."""

from boxoffice.__main__ import main

if __name__ == "__main__":
    main("scenarios.cli")
