"""Reading returned forms: alignment of a document with a form's skeleton, on meaning."""
