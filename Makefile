# Needs Python 3.11 or later, git and make; everything else is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Coverage and worker count can be set from outside: make test PYTEST_FLAGS="-k promote".
PYTEST_FLAGS ?=

.PHONY: demo test coverage check worker helm corpus bench mutants replay comparison docs pictures dist wheel clean

$(BIN)/.installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(BIN)/.developing: $(BIN)/.installed
	$(PYTHON) .ci/groups test check | xargs -d '\n' $(BIN)/python -m pip install --quiet
	touch $@

demo: $(BIN)/.installed  ## makes a small GitOps repository and walks through it
	$(BIN)/promoter demo

test: $(BIN)/.developing  ## runs every test
	PATH="$(abspath $(BIN)):$$PATH" $(BIN)/python -m pytest -n 3 --dist worksteal $(PYTEST_FLAGS)

coverage: $(BIN)/.developing  ## runs every test and fails when too many branches were never taken
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report= $(PYTEST_FLAGS)
	$(BIN)/python tools/branches.py

check: $(BIN)/.developing  ## runs the linters, the types and the import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

worker:  ## compiles the fast render worker with the machine's Go (1.25 or later); optional
	cd promoter/render/worker && CGO_ENABLED=0 go build -trimpath -o ../bin/ \
		-ldflags="-s -w -X sigs.k8s.io/kustomize/api/provenance.version=v5.8.1" .

helm:  ## builds the helm that the tests of charts use, with the machine's Go; optional
	mkdir -p $(BIN)
	GOBIN=$(abspath $(BIN)) CGO_ENABLED=0 go install helm.sh/helm/v3/cmd/helm@v3.19.0

replay: $(BIN)/.installed  ## replays recorded promotions and rollbacks and compares byte for byte
	$(BIN)/python benchmarks/replay.py

corpus: $(BIN)/.developing  ## builds every directory of the corpus by hand and through promoter, and runs commands
	$(BIN)/python benchmarks/corpus.py

docs: $(BIN)/.developing  ## writes the rule pages and the bill of materials, and refreshes what the examples print
	$(BIN)/python tools/build_sbom.py
	$(BIN)/python docs/generate_rules.py
	$(BIN)/python docs/generate_compatibility.py
	$(BIN)/python docs/examples.py --write README.md $$(grep -rl --include='*.md' '^```console' docs)

pictures: $(BIN)/.developing  ## draws the pictures of the README; needs chromium and its driver
	$(BIN)/python docs/pictures.py --write

dist: $(BIN)/.installed  ## builds wheel and sdist, and walks the demonstration with only the wheel installed
	rm -rf dist
	$(BIN)/python -m pip install --quiet build
	$(BIN)/python -m build --quiet
	PYTHON=$(PYTHON) .ci/try dist/*.whl kubectl

# PLATFORM is a wheel's tag, such as manylinux_2_17_x86_64; without it the wheel is for machines like this one.
wheel: worker  ## builds the wheel with the worker inside, as a release has it, and walks the demonstration with it
	PYTHON=$(PYTHON) .ci/wheel $(PLATFORM)
	PYTHON=$(PYTHON) .ci/try dist/*.whl promoter-render

comparison: $(BIN)/.installed  ## counts the lines that other tools change for one version
	$(BIN)/python benchmarks/comparison.py --write

mutants: $(BIN)/.developing  ## changes the deciding code bit by bit and counts what the tests notice (half an hour and more)
	$(PYTHON) .ci/groups mutants | xargs -d '\n' $(BIN)/python -m pip install --quiet
	$(BIN)/python benchmarks/mutants.py

bench: $(BIN)/.developing  ## measures promoter against raw kubectl; one table
	$(BIN)/python benchmarks/bench.py --write benchmarks/RESULTS.md

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache
