# Two commands: `make demo` and `make test`. Everything they need, they install into this folder.
SHELL := /bin/sh
PYTHON ?= python3
UV := .tools/bin/uv
export UV_SYSTEM_CERTS := 1
export UV_PYTHON_DOWNLOADS := never
export UV_CACHE_DIR := $(CURDIR)/.cache/uv
UV_VERSION := 0.9.0
