"""How `make docs` builds the site: Sphinx, with the Markdown files as they are."""

project = "NeoForge Serverless"
copyright = "MIT licence"  # noqa: A001 - Sphinx's name
extensions = ["myst_parser"]
# The anchors that GitHub gives headings, so that links work in both places; a broken one is a warning.
myst_heading_anchors = 4
nitpicky = True
html_theme = "furo"
html_title = project
html_copy_source = False
