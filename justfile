# The words CI runs too. Without just on the PATH: uv run just WORD

set positional-arguments

# List the words.
default:
    @just --list

# Serve with the web UI rebuilt on change: http://127.0.0.1:5173, API on :8000.
dev *arguments:
    cd web && npm ci --silent && (npm run dev &) && cd .. && uv run headway "$@"

# Everything that can be said without running the product.
check:
    uv run ruff check
    uv run ruff format --check
    uv run mypy
    uv run lint-imports
    cd web && npm ci --silent && npm run typecheck && npm run lint
    just fresh

# What can be mended by a program.
fix:
    uv run ruff check --fix
    uv run ruff format
    cd web && npx eslint . --fix

# Every test: the API, live delivery, processes, faults, real browsers, and the web UI's own.
test *arguments:
    uv run pytest "$@"
    cd web && npm ci --silent && npm test

# The promises at their full figures, printed: 10,000 operations under faults, 200 subscribers, an import of 100,000. Long.
soak *arguments:
    HEADWAY_SOAK=1 uv run pytest -s tests/promises tests/faults/test_kills.py tests/faults/test_killed_worker.py tests/live/test_heartbeats.py "$@"

# Write the API's description and the web client's types from the code.
api:
    uv run headway openapi > web/openapi.json
    cd web && npm run generate

# Fail when `just api` would change something.
fresh:
    uv run headway openapi | diff -q - web/openapi.json || (echo "web/openapi.json is stale: just api" && exit 1)
    cd web && npm run generate && git diff --exit-code --stat -- src/api/generated

# Pin the newest versions of everything.
lock:
    uv run --no-project python scripts/pin.py
