"""`python -m tests.faults.seed N`: the cast in an empty database, and N appeals that wait for the contact member."""

import sys

import django


def main():
    django.setup()
    # Only now: they need the apps.
    from tests import cast, factories  # noqa: PLC0415

    city = cast.build()
    factories.many_like(factories.submit_appeal(city), int(sys.argv[1]) - 1)


if __name__ == "__main__":
    main()
