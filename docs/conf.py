"""How the pages are built: Sphinx, furo, MyST; no page loads anything from another site."""

from importlib.metadata import version as installed_version

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx

project = "qualify"
author = "the qualify contributors"
project_copyright = "the qualify contributors, MIT licence"
version = release = installed_version("qualify")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["_build", "**.ipynb_checkpoints"]

suppress_warnings = ["ref.python"]  # the builtin `type` is taken for each field of that name

# A reference into this library has to lead somewhere; names of other libraries are not looked up.
# Nor are private ones, which a signature may mention.
nitpick_ignore_regex = [(r"py:.*", r"(?!qualify\.).*"), (r"py:.*", r"qualify(\.\w+)*\._.*")]

default_role = "literal"  # one pair of backticks in a docstring is code
add_module_names = False
python_maximum_signature_line_length = 88
autodoc_member_order = "groupwise"
autodoc_preserve_defaults = True  # as the source writes them, not as they print
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "undoc-members": True}
napoleon_numpy_docstring = False

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist", "tasklist"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 60
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # no widgets, so nothing to load for them

html_theme = "furo"
html_title = f"qualify {version}"
html_copy_source = False
html_show_sphinx = False


def setup(app: Sphinx) -> None:
    """Show Mermaid diagrams as the text that they are; drawing them would load a script."""
    app.add_lexer("mermaid", TextLexer)
