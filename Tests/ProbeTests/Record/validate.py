#!/usr/bin/env python3
"""Holds JSON Lines on standard input to docs/records.schema.json.

Exit status: 0 every line is valid, 1 a line is not (it and the error are on standard error),
2 the check itself could not run.  --count prints how many lines of each kind there were.
"""

import collections
import decimal
import json
import pathlib
import sys

SCHEMA = pathlib.Path(__file__).resolve().parents[3] / "docs" / "records.schema.json"


def no_duplicates(pairs):
    keys = [key for key, _ in pairs]
    for key, times in collections.Counter(keys).items():
        if times > 1:
            raise ValueError(f"the key {key!r} is there {times} times")
    return dict(pairs)


def no_constant(word):
    raise ValueError(f"{word} is not JSON")


def parse(line):
    # Decimal, so that 1.0 is no integer to the validator: readers with one kind of number are not everybody.
    return json.loads(
        line, parse_float=decimal.Decimal, parse_constant=no_constant, object_pairs_hook=no_duplicates
    )


def main():
    try:
        import jsonschema
    except ImportError:
        print("validate.py: python3-jsonschema is not installed", file=sys.stderr)
        return 2
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    kinds = collections.Counter()
    failed = False
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        try:
            line = raw.decode("utf-8")
            if not line.endswith("\n"):
                raise ValueError("the line has no end")
            record = parse(line)
            errors = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(record)]
            if not errors:
                kinds[record["kind"]] += 1
        except ValueError as error:
            errors = [str(error)]
        if errors:
            failed = True
            print(f"line {number}: {raw.decode('utf-8', 'replace').rstrip()}", file=sys.stderr)
            for error in errors:
                print(f"line {number}: {error}", file=sys.stderr)
    if "--count" in sys.argv[1:]:
        print(json.dumps(kinds, sort_keys=True))
    return 1 if failed else 0


sys.exit(main())
