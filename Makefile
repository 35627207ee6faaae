# What a contributor does; CONTRIBUTING.md explains it. On Windows: the same commands with .venv\Scripts\python.
PY = .venv/bin/python

.PHONY: setup test lint bench docs snapshots bundle

setup:  # a virtual environment with everything, and the checks before each commit
	python3 -m venv .venv
	.venv/bin/pip install -q -e '.[dev]'
	.venv/bin/pre-commit install

test:  # all tests, on all processors; one file: .venv/bin/python -m pytest tests/test_docs.py
	$(PY) -m pytest -n auto

lint:
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

bench:  # ratios to a plain script; checks first that both write the same
	$(PY) benchmarks/run.py

docs:  # the pages and schemas that are made from the code
	$(PY) tools/make_problem_page.py
	$(PY) tools/make_cli_page.py
	$(PY) tools/make_json_schemas.py
	$(PY) tools/draw_imports.py --write

snapshots:  # after a change of texts that is meant; look at the diff
	$(PY) tools/make_snapshots.py

bundle:  # the program without Python, in dist/, for the system on which this runs; then tries it
	$(PY) -m pip install -q -e '.[bundle]'
	$(PY) tools/make_bundle.py
	$(PY) tools/try_bundle.py --time dist/kaohe-*.zip
