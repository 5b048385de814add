"""The demo city: a committee, six branches, 3 100 invented anchors and some 200 appeals, so that every page lives.

How it is made, from the bottom up:

- `names.json`, `stories_a.json`, `stories_b.json` hold invented names and conversations (`stories.py` reads them).
- `people.py` says who is there first and writes organisation, members, offices and stations by `bulk_create`.
- `census.py` brings the anchors in: `anchors/data/anchor-census.xlsx`, by the services of the import. Who has a park
  or a township near a branch then belongs to that branch.
- `players.py` gives some 300 of them the parts of the stories, and the user names of these; anchor1 is registered
  by hand. `linking.py` has the secretaries spread contacts, `poster.py` says who comes to a poster.
- `script.py` is one story in the hands of people with a pace: from the state of an appeal it works out, without
  any table, what happens next, and when. `plan.py` says which story is played by whom, and when it begins;
  `plants.py` holds those that put a row into every tab of the logins.
- `history.py` plays the plan of the past 90 days in the order of time: through the services of `appeals`, each
  with its `at`, and with the clock's own sweeps whenever a deadline or a signal is due. `reports.py` does the
  same for the monthly reports, `rosters.py` for what hangs on a roster,
  `gatherings.py` for the meetings, `traces.py` for consents, declared bands
  and the sheets of firms, `paperwork.py` for measures, forms and duties.
- `city.py` puts it together in one transaction; `manage.py demo_city` calls it and prints the logins.
- `life.py` is the last sweep of `settings.SWEEPS`: in a demo city it plays the same scripts on, for a year, so that
  every list still has rows after a month. It knows its own appeals by their `submit_key` and touches no other.

Everybody is invented. Phone numbers come from 199 0000 xxxx and 199 0001 xxxx. Only the eight logins have a password.
"""
