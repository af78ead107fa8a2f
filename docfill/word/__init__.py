"""Word's mechanics: packages, XML dialects, text, tables, drawings of ticks.

Knows nothing of forms; everything above stands on it (ECMA-376 parts 1 and 2).
"""
