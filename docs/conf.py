"""Sphinx configuration of `make docs`. The Markdown files are read as they are."""

project = "NeoForge Serverless"
copyright = "MIT licence"  # noqa: A001 - Sphinx's name
extensions = ["myst_parser"]
# GitHub's anchors for headings, so that links work on both sites; a broken link is a warning.
myst_heading_anchors = 4
nitpicky = True
html_theme = "furo"
html_title = project
html_copy_source = False
