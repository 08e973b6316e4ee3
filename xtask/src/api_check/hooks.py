"""JSON Schema takes 376.0 for an integer. JSON readers of typed languages do not, and no writer of integers writes one."""

import schemathesis


def whole(value):
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(entry) for entry in value]
    if isinstance(value, dict):
        return {key: whole(entry) for key, entry in value.items()}
    return value


@schemathesis.hook
def map_body(context, body):
    return whole(body)


@schemathesis.hook
def map_query(context, query):
    return whole(query)


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return whole(path_parameters)
