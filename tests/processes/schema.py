"""A validator for the part of JSON Schema (2020-12) that the contract uses.

A keyword it does not know is an error of the test, so that nothing in the document goes unchecked.
"""

import re

ANNOTATIONS = {"description", "title", "format", "default", "example"}


class Mismatch(Exception):
    """A value is not as its schema says; the text names the place."""


def validate(value, schema, document, place=""):
    """Raises Mismatch where `value` does not fit `schema`, references into `document`."""
    if "$ref" in schema:
        validate(value, resolve(schema["$ref"], document), document, place)
    for keyword, rule in schema.items():
        if keyword in ANNOTATIONS or keyword == "$ref":
            continue
        if keyword not in CHECKS:
            raise KeyError(f"{place}: the validator does not know {keyword}")
        CHECKS[keyword](value, rule, schema, document, place)


def resolve(reference, document):
    found = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found


def fail_unless(holds, place, says):
    if not holds:
        raise Mismatch(f"{place or '(whole)'}: {says}")


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


TYPES = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": is_number,
    "null": lambda value: value is None,
}


def check_type(value, rule, schema, document, place):
    kinds = rule if isinstance(rule, list) else [rule]
    fail_unless(any(TYPES[kind](value) for kind in kinds), place, f"is not of type {rule}")


def check_properties(value, rule, schema, document, place):
    for name, part in (value.items() if isinstance(value, dict) else ()):
        if name in rule:
            validate(part, rule[name], document, f"{place}/{name}")


def check_additional(value, rule, schema, document, place):
    if not isinstance(value, dict):
        return
    for name in set(value) - set(schema.get("properties", {})):
        fail_unless(rule is not False, f"{place}/{name}", "is not declared")
        if isinstance(rule, dict):
            validate(value[name], rule, document, f"{place}/{name}")


def check_required(value, rule, schema, document, place):
    for name in rule:
        fail_unless(not isinstance(value, dict) or name in value, place, f"lacks {name}")


def check_items(value, rule, schema, document, place):
    for index, part in enumerate(value if isinstance(value, list) else ()):
        validate(part, rule, document, f"{place}/{index}")


def check_any_of(value, rule, schema, document, place):
    for choice in rule:
        try:
            validate(value, choice, document, place)
            return
        except Mismatch:
            pass
    fail_unless(False, place, "fits none of anyOf")


def check_size(kind, compare, says):
    def check(value, rule, schema, document, place):
        if isinstance(value, kind):
            fail_unless(compare(len(value), rule), place, f"{says} {rule}")
    return check


CHECKS = {
    "type": check_type,
    "properties": check_properties,
    "additionalProperties": check_additional,
    "required": check_required,
    "items": check_items,
    "anyOf": check_any_of,
    "enum": lambda value, rule, schema, document, place:
        fail_unless(value in rule, place, f"{value!r} is none of {rule}"),
    "pattern": lambda value, rule, schema, document, place:
        fail_unless(not isinstance(value, str) or re.search(rule, value), place,
                    f"does not match {rule}"),
    "minimum": lambda value, rule, schema, document, place:
        fail_unless(not is_number(value) or value >= rule, place, f"is less than {rule}"),
    "maximum": lambda value, rule, schema, document, place:
        fail_unless(not is_number(value) or value <= rule, place, f"is more than {rule}"),
    "minLength": check_size(str, lambda size, rule: size >= rule, "is shorter than"),
    "maxLength": check_size(str, lambda size, rule: size <= rule, "is longer than"),
    "minItems": check_size(list, lambda size, rule: size >= rule, "has fewer elements than"),
    "maxItems": check_size(list, lambda size, rule: size <= rule, "has more elements than"),
    "maxProperties": check_size(dict, lambda size, rule: size <= rule, "has more members than"),
}
