PYTHON ?= python3
INSTALL = $(PYTHON) xinyu_portal/running/install.py
LANES = .venv/bin/python -m tests.lanes

.PHONY: run test test-fast test-house test-sqlite test-postgresql test-faults test-browser

# The portal of the demo city at http://127.0.0.1:PORT (8000); data in VAR (var/).
run:
	@$(INSTALL) run

# Everything: house rules, SQLite, PostgreSQL, killed processes, Chromium.
test:
	@$(INSTALL) dev
	@$(LANES)

# The checks of the house and the quick tests on SQLite: three to four minutes.
test-fast:
	@$(INSTALL) dev
	@$(LANES) house sqlite --fast

# One lane alone.
test-house test-sqlite test-postgresql test-faults test-browser:
	@$(INSTALL) dev
	@$(LANES) $(@:test-%=%)
