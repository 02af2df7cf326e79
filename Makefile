# run   set up, load the demo day into a training store (kept when it is there), serve the desk
# test  set up, lint, and run every test on SQLite and on PostgreSQL, in a real browser too
# lint  ruff, bandit, mypy, import contracts, catalogues of texts in step with the code
# soak  10,000 times: kill a node at some step, or damage what it sends; nothing may be lost. Then a million
#       operations at random: nobody who is held back may ever be on a sealed manifest (an hour or more).
#       In between the hub's PostgreSQL server is killed (CUTS=100 times) and started again.
#       LOG=folder keeps what is done, so that the same call goes on; HUB=postgresql://... puts the hub there
# bench measure, beside the peers that can be installed; figures are kept in benchmarks/results/
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA ?= var
PORT ?= 8000
POINTS ?= 10000
CUTS ?= 100
OPERATIONS ?= 1000000
FROM ?= 1

.PHONY: run test lint style types texts kernels soak bench clean
.DELETE_ON_ERROR:

$(VENV)/run.ready: requirements/run.txt pyproject.toml
	scripts/venv $(PYTHON) $(VENV) requirements/run.txt
	touch $@

$(VENV)/dev.ready: requirements/dev.txt pyproject.toml
	scripts/venv $(PYTHON) $(VENV) requirements/dev.txt
	touch $@ $(VENV)/run.ready

run: $(VENV)/run.ready
	$(BIN)/cauce demo --data $(DATA)
	$(BIN)/cauce serve --data $(DATA) --port $(PORT)

lint: style types texts

style: $(VENV)/dev.ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/bandit -q -c pyproject.toml -r src
	$(BIN)/lint-imports --no-cache

types: $(VENV)/dev.ready
	$(BIN)/mypy

# Texts that users see: a second's word here, rather than a red test after many minutes.
texts: $(VENV)/dev.ready
	scripts/needs gettext
	scripts/messages --check

# Machine code, made once: else each of the tests' workers that is the first to need it makes it for itself.
kernels: $(VENV)/dev.ready
	$(BIN)/python -m cauce.vetting.screening.compiling
	$(BIN)/python -m cauce.outlook.simulation.compiling

test: $(VENV)/dev.ready
	$(MAKE) -j 2 -O kernels types style texts
	scripts/test

soak: $(VENV)/dev.ready
	$(BIN)/python tests/soak/soak.py --points $(POINTS) --from $(FROM) \
	  $(if $(LOG),--log $(LOG)/points.jsonl) $(if $(HUB),--hub-database $(HUB))
	$(BIN)/python tests/soak/power.py --points $(CUTS) --from $(FROM)
	$(BIN)/python tests/soak/moves.py --operations $(OPERATIONS) --from $(FROM) $(if $(LOG),--log $(LOG)/moves.jsonl)

bench: $(VENV)/dev.ready
	-scripts/peers
	scripts/bench

clean:
	rm -rf $(VENV) .venv-peers build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
