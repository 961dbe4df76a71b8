"""`python -m scenarios` is the command `boxoffice`, and `boxoffice-shop` as well."""

from boxoffice.__main__ import main

if __name__ == "__main__":
    main()
