# Needs Python 3.11 or later, git and make; nothing has to be activated.
#   make run [ARGS="--lang zh"]   the county of Decheng: tables, measures, a card to read
#   make test                     lint, types, floors, tests
#   make evidence                 what takes too long for `make test`
#   make showcase                 the card and figures that the README shows
#   make docs                     the generated parts of docs/
#   make PYTHON=python3.12 ...    another Python

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
STAMP := .venv/.stamp
PIP := PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip --disable-pip-version-check -qq

.PHONY: run test evidence showcase docs clean

run: $(STAMP)
	$(BIN)/hotline run decheng --replications 100 --seed 1 --verify --out results/decheng $(ARGS)

test: $(STAMP)
	$(BIN)/ruff check sim tests
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto

evidence: $(STAMP)
	$(BIN)/hotline validate --full --lang en --out results/theory.csv
	$(BIN)/python -m tests.evidence.variance --out results/common_random_numbers.csv
	$(BIN)/python -m tests.evidence.coverage --out results/coverage.csv
	$(BIN)/python -m tests.evidence.selection --out results/selection.csv
	$(BIN)/python -m tests.evidence.round_trip --out results/round_trip.csv
	$(BIN)/python -m tests.evidence.growth --out results/growth
	$(BIN)/python -m tests.bench.scale --out results/scale.csv
	$(BIN)/python -m tests.evidence.scenarios --out results/scenarios.csv
	$(BIN)/python -m tests.evidence.staffing --out results/staffing.csv
	$(BIN)/python -m tests.evidence.tuning --training 4 --trials 8 --most 25 --held-out 40 \
		--out results/tuning.csv
	$(BIN)/python -m tests.evidence.planted_bugs --out results/planted_bugs.csv
	$(BIN)/python -m tests.evidence.places --out results/places.csv --cases 600
	$(BIN)/python -m tests.bench.two_stage --out results/speed.csv
	$(BIN)/python -m tests.evidence.backtest --out results
	$(BIN)/python -m tests.evidence.backtest_dispatch --out results
	$(BIN)/python -m pytest -m evidence tests tests/evidence/*.py

showcase: run
	$(BIN)/python docs/showcase.py results/decheng

docs: $(STAMP)
	$(BIN)/python -m sim.report.dictionary docs/data-dictionary.md
	$(BIN)/python -c "from sim.measures import document; print(document(), end='')" \
		> docs/measures.md

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear .venv
	$(PIP) install --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis \
		.benchmarks .import_linter_cache .coverage
	find sim tests -name __pycache__ -prune -exec rm -rf {} +
