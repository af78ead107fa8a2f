"""docfill: one tagged Word template, read in both directions.

>>> from docfill import Form
>>> form = Form.load("shanghai")
>>> form.extract(form.blank()).problems
[]
"""

from docfill.extract import Leftover, Result
from docfill.fields import Field
from docfill.form import Form, bundled
from docfill.problems import DocfillError, InvalidData, Place, Problem

__all__ = ["DocfillError", "Field", "Form", "InvalidData", "Leftover", "Place", "Problem", "Result", "bundled"]
__version__ = "0.1.0"
